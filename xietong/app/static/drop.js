"use strict";
// A file dropped anywhere on the page goes into the form; without this script it is chosen by the button.
const form = document.querySelector("form.drop");
if (form) {
  const chooser = form.querySelector("input[type=file]");
  const over = (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); };
  document.addEventListener("dragover", over);
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    chooser.files = event.dataTransfer.files;
    chooser.focus();
  });
}
