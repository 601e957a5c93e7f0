// Filters the list of requirements. The page is complete without it.
(() => {
  const form = document.getElementById("filter");
  const words = form.elements.namedItem("words");
  const told = form.querySelector("output");
  const groups = [...document.querySelectorAll(".group")].map((group) => ({
    group,
    items: [...group.querySelectorAll(".requirement")].map((item) => ({ item, text: item.textContent.toLowerCase() })),
  }));
  const all = groups.reduce((sum, { items }) => sum + items.length, 0);

  const apply = () => {
    const asked = new Set([...form.querySelectorAll("[name=status]:checked")].map((box) => box.value));
    const parts = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const { group, items } of groups) {
      let here = 0;
      for (const { item, text } of items) {
        const kept = (!asked.size || asked.has(item.dataset.status)) && parts.every((part) => text.includes(part));
        item.hidden = !kept;
        here += kept;
      }
      group.hidden = !here;
      left += here;
    }
    told.value = left === all ? "" : `${left} of ${all} requirements are listed.`;
  };

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      form.reset();
      apply();
      target.scrollIntoView();
    }
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", reveal);
})();
