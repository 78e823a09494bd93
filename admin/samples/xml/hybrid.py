"""Puts an XML invoice into the PDF that people read: Factur-X / ZUGFeRD."""

from io import BytesIO

import pikepdf

_NAME = "factur-x.xml"
_DAY = "D:20250101000000Z"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="3" pdfaid:conformance="B"/>
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" fx:DocumentType="INVOICE" \
fx:DocumentFileName="factur-x.xml" fx:Version="1.0" fx:ConformanceLevel="EN 16931"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def attach(pdf: bytes, xml: bytes) -> bytes:
    """Return the PDF with the XML as an associated file and the Factur-X metadata. The print stays as it is."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        file = pikepdf.AttachedFileSpec(
            document, xml, filename=_NAME, description="Invoice as data", mime_type="text/xml", creation_date=_DAY, mod_date=_DAY,
            relationship=pikepdf.Name.Alternative,
        )  # fmt: skip
        document.attachments[_NAME] = file
        document.Root.AF = pikepdf.Array([document.attachments[_NAME].obj])
        metadata = pikepdf.Stream(document, _XMP.encode())
        metadata.Type, metadata.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        document.Root.Metadata = document.make_indirect(metadata)
        document.save(out, deterministic_id=True)
    return out.getvalue()
