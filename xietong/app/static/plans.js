"use strict";
// Sliders beside the numbers of levers; how a run stands, asked for every second. Without this script the page reloads itself.
document.documentElement.classList.add("scripted");
for (const slider of document.querySelectorAll("input[type=range][data-for]")) {
  const number = document.getElementById(slider.dataset.for);
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { slider.value = number.value; });
}
const running = document.getElementById("running");
if (running) {
  const ask = async () => {
    const answer = await fetch(running.dataset.state, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    running.querySelector(".seconds").textContent = String(Math.round(told.seconds));
    running.querySelector(".lines").textContent = told.lines.join("\n");
    if (told.ended) location.reload();
    else setTimeout(() => ask().catch(again), 1000);
  };
  const again = () => setTimeout(() => ask().catch(again), 3000);
  ask().catch(again);
}
