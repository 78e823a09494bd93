"""What people call roles and groups of fields."""

from collections.abc import Mapping

from admin.pages.shell import marked
from engine.model.rights import FieldGroup, Role

ROLES: Mapping[Role, str] = {
    "integration_admin": marked("Integration admin"),
    "environment_promoter": marked("Environment promoter"),
    "records_manager": marked("Records manager"),
    "reviewer": marked("Reviewer"),
    "approver": marked("Approver"),
    "auditor": marked("Auditor"),
    "operator": marked("Operator"),
    "viewer": marked("Viewer"),
    "people_admin": marked("People admin"),
    "service": marked("Service"),
}
FIELDS: Mapping[FieldGroup, str] = {"bank": marked("bank details"), "identity": marked("tax and register numbers")}
