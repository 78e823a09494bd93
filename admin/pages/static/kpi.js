// Figures: a choice shows at once; the button is for browsers without scripts.
"use strict";

const ask = document.getElementById("ask");
ask?.addEventListener("change", () => { if (ask.checkValidity()) ask.requestSubmit(); });
