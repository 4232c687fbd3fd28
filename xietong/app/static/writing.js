"use strict";
// One more row of the form, without losing what is filled in; without this script the link opens the page with one more.
document.documentElement.classList.add("scripted");
const rows = document.querySelector("form.rows");
const more = rows && rows.querySelector("a[href*='rows=']");
if (more) {
  more.addEventListener("click", (event) => {
    const count = rows.elements.rows, at = Number(count.value), last = rows.querySelector("fieldset:last-of-type");
    if (at >= 20) return;
    event.preventDefault();
    const copy = last.cloneNode(true);
    copy.querySelector("legend").textContent = last.querySelector("legend").textContent.replace(String(at), String(at + 1));
    for (const one of copy.querySelectorAll("[id], [for], [aria-describedby]")) {
      for (const key of ["id", "for", "name", "aria-describedby"]) {
        if (one.hasAttribute(key)) one.setAttribute(key, one.getAttribute(key).replace(/^\d+\./, at + "."));
      }
      if ("value" in one && !one.name.endsWith(".origin")) one.value = "";
    }
    const origin = last.querySelector("[name$='.origin']"), other = copy.querySelector("[name$='.origin']");
    if (origin && other) other.value = origin.value;
    last.after(copy);
    count.value = at + 1;
    copy.querySelector("input").focus();
  });
}
