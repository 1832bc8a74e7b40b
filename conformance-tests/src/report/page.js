"use strict";
const form = document.getElementById("filters");
const rows = [...document.querySelectorAll("#requirements > .requirement")];
const texts = rows.map((row) => row.textContent.toLowerCase());

function filter() {
  const words = document.getElementById("words").value.toLowerCase().split(/\s+/).filter(Boolean);
  const area = document.getElementById("area").value;
  const verdicts = [...form.querySelectorAll("[name=verdict]:checked")].map((box) => box.value);
  let shown = 0;
  rows.forEach((row, index) => {
    const matches = (!area || row.dataset.area === area)
      && verdicts.includes(row.dataset.verdict)
      && words.every((word) => texts[index].includes(word));
    row.hidden = !matches;
    shown += matches ? 1 : 0;
  });
  document.getElementById("shown").textContent = shown + " of " + rows.length;
  document.getElementById("nothing").hidden = shown > 0;
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();
