"use strict";

const byId = (id) => document.getElementById(id);
const root = document.documentElement;

/* Light or dark: as the reader's system says, until the button says otherwise. */
function theme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const shown = root.dataset.theme ?? (dark ? "dark" : "light");
  root.dataset.theme = shown === "dark" ? "light" : "dark";
}

byId("theme").addEventListener("click", theme);

