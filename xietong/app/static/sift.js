"use strict";
// Sifts a list or a table while one types; without it the whole list is there.
for (const field of document.querySelectorAll("[data-sift]")) {
  const told = document.getElementById(field.dataset.sift);
  const rows = [...told.querySelectorAll("tbody tr, li")];
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    for (const part of told.querySelectorAll("section")) part.hidden = !part.querySelector("li:not([hidden]), tbody tr:not([hidden])");
  });
}
