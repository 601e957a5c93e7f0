// Proposes people where somebody types @ in a text: a list below it, for arrows, Enter and Escape. Without it, handles are typed.

const BEGUN = /(^|[^\w@./-])@([a-z0-9-]*)$/;

let asked = 0;
let list = null;
let field = null;

function close() {
  list?.remove();
  list = null;
  for (const name of ["aria-controls", "aria-activedescendant"]) field?.removeAttribute(name);
}

function options() {
  return list ? [...list.children] : [];
}

function select(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(option) {
  const before = field.value.slice(0, field.selectionStart).replace(/@[a-z0-9-]*$/, `@${option.dataset.handle} `);
  field.setRangeText(before, 0, field.selectionStart, "end");
  close();
}

function show(people) {
  close();
  if (!people.length) return;
  list = document.createElement("ul");
  list.className = "proposed";
  list.id = `${field.id}-people`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.people);
  for (const [place, person] of people.entries()) {
    const option = document.createElement("li");
    option.id = `${list.id}-${place}`;
    option.dataset.handle = person.handle;
    option.setAttribute("role", "option");
    const name = document.createElement("strong");
    name.textContent = person.name;
    option.append(name, ` @${person.handle}`);
    list.append(option);
  }
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the text keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  select(list.firstElementChild);
  const told = document.getElementById("announce");
  if (told) told.textContent = field.dataset.found.replace("{count}", people.length);
}

async function propose() {
  const begun = BEGUN.exec(field.value.slice(0, field.selectionStart));
  asked += 1;
  if (!begun) return close();
  const mine = asked;
  const answer = await fetch(`${field.dataset.mentions}?q=${encodeURIComponent(begun[2])}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || mine !== asked) return undefined;
  const { people } = await answer.json();
  return mine === asked ? show(people) : undefined;
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("textarea[data-mentions]")) return;
  field = event.target;
  field.setAttribute("aria-autocomplete", "list");
  propose().catch(close); // whoever is offline types the handle
});

document.addEventListener("keydown", (event) => {
  if (!list || event.target !== field) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) select(all[(at + step + all.length) % all.length]);
  else if (event.key === "Enter" || event.key === "Tab") take(all[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});

document.addEventListener("htmx:afterSettle", () => {
  const said = document.querySelector(".conversation[data-said]");
  const made = said && document.getElementById(said.dataset.said);
  said?.removeAttribute("data-said");
  if (made) made.tabIndex = -1;
  (made ?? document.querySelector(".conversation textarea[aria-invalid=true], .conversation textarea[data-answers]"))?.focus();
});
