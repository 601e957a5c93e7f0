/* What a square tells is shown on hover and focus by the style alone. Here: Esc takes it away (WCAG 1.4.13), arrows walk. */
const all = () => [...document.querySelectorAll(".squares a")];

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll(".squares").forEach((list) => list.classList.add("still"));
    return;
  }
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const here = document.activeElement;
  if (!step || !here.matches(".squares a")) return;
  const links = all();
  const next = links[links.indexOf(here) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

const again = (event) => event.target.closest?.(".squares")?.classList.remove("still");
document.addEventListener("focusin", again);
document.addEventListener("pointerover", again);
