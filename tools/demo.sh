#!/usr/bin/env bash
# The main job on the shipped sample documents, in a data folder of its own that is made anew each time.
set -euo pipefail
cd "$(dirname "$0")/.."
export POSTROOM_HOME=${1:-.postroom/demo} POSTROOM_ENV=dev
unset POSTROOM_DATABASE_URL POSTROOM_BLOBS_URL POSTROOM_CONTENT
out=$POSTROOM_HOME/out
postroom=.venv/bin/postroom
began=$SECONDS

rm -rf "$POSTROOM_HOME"
echo "== Master data of the demo company"
$postroom masterdata import --vendors samples/vendors.csv --orders samples/purchase_orders.csv \
  --order-lines samples/purchase_order_lines.csv
echo
echo "== Reading, judging, mapping and posting samples/documents"
$postroom run samples/documents --out "$out"
echo
echo "== What the ERP's drop folder holds now"
find "$out" -name '*.csv' | sort | head -4
echo "   ... $(find "$out" -name '*.csv' | wc -l) files, each with a .sha256 beside it"
echo
echo "== The ledger"
$postroom audit verify
echo
echo "== The other workflows: expenses, a statement, a lead, a change of an account, a signed order form, a customer's order,"
echo "   an applicant, a letter"
tools/demo_workflows.sh "$POSTROOM_HOME/workflows"
echo
id=$(sha256sum samples/documents/32-scan-grey-de.pdf | cut -c1-12)
echo "Demo done in $((SECONDS - began)) s. Data: $POSTROOM_HOME. The story of one document (an id is the SHA-256 of its bytes):"
echo "  POSTROOM_HOME=$POSTROOM_HOME $postroom show $id"
