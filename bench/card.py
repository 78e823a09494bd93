"""The card of the confidence model: docs/confidence.md and its picture."""

from collections import Counter
from collections.abc import Mapping, Sequence

import figures
import truths
from scores import Judged

from engine.content.calibration import FILE

CARD = """# How far confidences can be trusted

Every value carries the probability that it is exactly right, every field that was not found the probability that the document does not show it, and
every document the probability that number, date and total are all right. They are fitted by `make train` ([how](how-to/measure-reading.md)) on
{documents}; the model is `mappings/inbound/confidence.json` ({size} kB, Apache-2.0 like the rest). All figures below are held out: each document was
judged by a model that had seen none of the same vendor or layout. The reader itself was written while looking at the development corpora, so documents
of other vendors will be read a little worse than the column "right" says.

ECE is the expected calibration error over ten bins of equal width, and once more over ten bins of as many values each. Few values never lie on the
line: "of a perfect judge" is the error that these very claims would have if each were exactly as probable as it says (400 draws: mean, and the range
that holds 95 of 100). "In shared fate" draws one lot for all values of a field on one vendor or layout, which are seldom right or wrong alone.
An error inside the range is no evidence against the claims, and none for them where the range is wide. "right at >= 0.975"
is the share of right values among those claimed with at least that probability, "covered" their share of all values; "coverage at 99 %" is the largest
share of values that can be taken, surest first, with at most one in a hundred wrong.

![Claimed and true share of right values](confidence.png)

The probability of a whole document is that all its key values are right, multiplied, those not found with the probability that they are not printed,
and drawn towards the share of documents that are right by a line of two numbers. Its parts come from models that have not seen the document either.
Generated documents, none of which is wrong, count a twentieth. So little is known of documents as a whole that few are called as sure as their values.

## Doubts

A value is never claimed with more than a lid while something about it is odd, whatever else speaks for it. Such signs are too rare to be weighed against
all others, and the vendor at hand is seldom among those on which they were counted. A lid is the mean of a Beta posterior: it starts as if nine of
ten such values had been right (of descriptions no more than usual), and those of one vendor or layout count as five at most. The curve is that of the
values without a doubt.

| doubt | most | of a description |
|---|---|---|
{lids}

{tables}

## What is still claimed too surely

Among the surest values that are wrong are some whose truth is arguable: taken from embedded data where the page says something else, a name with numbers
before it, a sum before it was rounded to cash. They are counted as wrong. Descriptions differ most: some truths hold only the name of the goods where the
page prints more beside or under it, so they have a scale of their own, in which generated documents hardly count. What remains beyond the chance of a
perfect judge in a small corpus is of that kind: 22 descriptions of one layout that prints "name - description" (orderx-dev), vendors whose truth is a
brand that is not the printed company (invoice2data-tests). A year or a number misread by recognition without any other sign is claimed as if it were right.
One total (zugferd natural) is that of the sum to pay, which holds a claim of an earlier invoice: both stand on the page, and nothing but the sum of
the lines tells them apart.
"""
DOUBTS = {
    "amount:sums_clash": "an amount of sums that do not add up",
    "amount:tax_odd": "an amount where the tax is larger than any rate makes it",
    "amount:near_twin": "an amount with another one within five cents",
    "cell:sums_clash": "a number of a line on such a document",
    "due:assumed": "an amount due that is not printed but taken from the total",
    "currency:place": "a currency told only by the place that the document comes from",
    "number:spaced": "a number of a document with a space in it",
    "rival_longer": "a value that is part of another reading",
    "rival_near": "a value with a serious rival",
    "name:bare": "a vendor's name without a legal form",
    "name:recognised": "a party's name from recognition",
    "text:named": "a description that holds what has a name of its own",
    "discounted_price": "the price of a line with a discount",
    "row_wordless": "a cell of a line without words",
    "row_thin": "a cell of a line with neither quantity nor price",
    "row_clashes": "a cell of a line that does not multiply out",
}


def write(
    report: Sequence[str], judged: Sequence[Judged], counts: Counter[str], lids: Mapping[str, Mapping[str, float]]
) -> None:
    """Write the card of the model and its picture. `lids` are those of `values` and of `texts` (descriptions)."""
    figures.reliability(
        judged, truths.ROOT / "docs" / "confidence.png", "Held out: claimed and true share of right values"
    )
    documents = ", ".join(f"{count} of {name}" for name, count in counts.items())
    size = (truths.ROOT / FILE).stat().st_size // 1024
    rows = "\n".join(
        f"| {DOUBTS[name]} | {most:.2f} | {lids['texts'][name]:.2f} |"
        for name, most in sorted(lids["values"].items(), key=lambda one: one[1])
    )
    tables = "\n".join(report).replace("### ", "## ").strip()
    text = CARD.format(documents=documents, size=size, tables=tables, lids=rows)
    (truths.ROOT / "docs" / "confidence.md").write_text(text)
