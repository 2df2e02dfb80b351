/* Predicting: a gradient is hidden until it is asked for. */

function predict() {
  predicting = !predicting;
  revealed.clear();
  byId("predict").ariaPressed = String(predicting);
  byId("reveal").hidden = !predicting;
  byId("widths").disabled = predicting;
  for (const { element, kind, place: [value] } of [...figure.texts, ...table.texts]) {
    const asked = predicting && value !== output && (kind === "gradient" || kind === "delta");
    element.classList.toggle("asked", asked);
    for (const [key, x] of Object.entries({ tabindex: 0, role: "button", "aria-label": `Reveal the gradient of ${told.names[value]}` })) {
      if (asked) element.setAttribute(key, x);
      else if (kind === "gradient" || kind === "delta") element.removeAttribute(key);
    }
  }
  changed();
}

function reveal(element) {
  if (!element?.classList.contains("asked")) return;
  revealed.add(Number(element.dataset.gradient ?? element.dataset.delta));
  changed();
}

function revealAll() {
  for (const { place } of [...figure.texts, ...table.texts]) revealed.add(place[0]);
  revealed.add(undefined); // the messages
  changed();
}

document.addEventListener("click", (event) => reveal(event.target.closest("[data-gradient], [data-delta]")));
byId("values").addEventListener("toggle", changed);
byId("predict").addEventListener("click", predict);
byId("reveal").addEventListener("click", revealAll);
byId("widths").addEventListener("click", () => {
  byId("widths").ariaPressed = String(byId("widths").ariaPressed !== "true");
  changed();
});

const KEYS = { p: predict, r: revealAll, d: theme, w: () => byId("widths").click() };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
  if (event.key === "Enter" || event.key === " ") {
    if (event.target.classList.contains("asked")) event.preventDefault();
    return reveal(event.target);
  }
  KEYS[event.key.toLowerCase()]?.();
});
