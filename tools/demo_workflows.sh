#!/usr/bin/env bash
# One paper of each workflow beside accounts payable, written into stand-ins of HubSpot and Business Central that this machine serves.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$1
postroom=.venv/bin/postroom
rm -rf "$here"
mkdir -p "$here/content"
cp -r rules mappings environments "$here/content"
export POSTROOM_HOME=$here/home POSTROOM_CONTENT=$here/content
.venv/bin/python -m admin.samples.workflows "$here"

# each stand-in prints how it is bound, and the credentials that it was made up with
serve() {
  POSTROOM_ENV=dev $postroom sandbox serve "$1" --port 0 > "$here/$1.txt" 2> /dev/null &
  served+=($!)
  for _ in $(seq 300); do [ -s "$here/$1.txt" ] && break; sleep 0.1; done
  eval "$(grep '^export ' "$here/$1.txt" || true)"
}
served=()
trap 'kill "${served[@]}" 2> /dev/null || true' EXIT
serve hubspot
serve dynamics_bc
serve netsuite
{
  echo 'name: demo'
  echo 'kind: development'
  echo 'flows: [expense_json@1, vendor_statement@1, lead_hubspot@1, account_change_business_central@1, signed_order_hubspot@2, correspondence_hubspot@1,'
  echo '  sales_order_netsuite@3, account_application@1, tax_form@1, business_licence@1, onboarding_hubspot@1]'
  echo 'targets:'
  for name in expenses statements notices provisioning; do
    echo "  $name: {adapter: files, sensitive: [bank, identity], settings: {delivery: local, folder: \"{out}/$name\"}}"
  done
  sed -e '/^$/,$d' -e 's/^hubspot:/crm:/' -e 's/^/  /' "$here/hubspot.txt"
  sed -e '/^$/,$d' -e 's/^dynamics_bc:/business_central:/' -e 's/^/  /' "$here/dynamics_bc.txt"
  sed -e '/^$/,$d' -e 's/^/  /' "$here/netsuite.txt"
  # NetSuite's stand-in knows our company under another name
  sed -n '/^company:/,$p' environments/dev.yaml | sed -e 's/name: Lindenhof Handels GmbH/name: Parent Company/' -e 's/aliases: \[/aliases: [Lindenhof Handels GmbH, /'
} > "$POSTROOM_CONTENT/environments/demo.yaml"
export POSTROOM_ENV=demo

$postroom masterdata import --vendors "$here/vendors.csv" "customers=$here/customers.csv" "items=$here/items.csv" \
  "customer_items=$here/customer_items.csv" "sales_prices=$here/prices.csv" "payment_terms=$here/terms.csv" \
  "screening=$here/screening.csv" > /dev/null
$postroom duplicates import "$here/posted_invoices.csv" > /dev/null
$postroom run "$here/papers" --out "$here/out"
echo
echo "Later the tax form comes, for which the dossier of the applicant waits, and a letter:"
$postroom run "$here/later" --out "$here/out"
echo
echo "Files:"
(cd "$here/out" && find . -name '*.json' -not -path '*/.postroom/*' | sort | sed 's/^/   /')
port=$(sed -n 's/.*base_url: http:..127.0.0.1:\([0-9]*\).*/\1/p' "$here/hubspot.txt")
echo "In HubSpot:"
$postroom sandbox objects --port "$port" | grep -E '"(lastname|company|name|dealname|hs_task_subject)":' | sort -u | sed 's/^ */   /' | head -12
echo "In NetSuite:"
$postroom sandbox objects --port "$(sed -n 's/.*base_url: http:..127.0.0.1:\([0-9]*\).*/\1/p' "$here/netsuite.txt")" \
  | grep -E '"(companyName|otherRefNum)":' | sort -u | sed 's/^ */   /'
