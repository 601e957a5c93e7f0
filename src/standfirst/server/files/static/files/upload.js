/* Uploads file by file, with progress and a way out of each. Without this script the form does the same in one go. */
"use strict";

(() => {
  const words = document.currentScript.dataset; // in the reader's language
  const filled = (text, places) => text.replace(/\{(\w+)\}/g, (_, name) => places[name]);
  const form = document.getElementById("upload");
  const list = document.getElementById("uploads");
  const says = document.getElementById("upload-says");
  if (!form || !list || !says || !window.FormData) return;
  const chosen = form.elements.file;
  const button = form.querySelector("button");

  const say = (text) => { says.textContent = text; };

  const row = (file) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const word = document.createElement("span");
    const cancel = document.createElement("button");
    name.textContent = `${file.name} `;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    cancel.type = "button";
    cancel.className = "link";
    cancel.textContent = words.cancel;
    cancel.setAttribute("aria-label", `${words.cancel} ${file.name}`);
    item.append(name, bar, " ", word, " ", cancel);
    list.append(item);
    return { bar, word, cancel };
  };

  const problems = (request) => {
    try {
      const { problems: found } = JSON.parse(request.responseText);
      return found.map((one) => [one.field, one.sentence, one.hint].filter(Boolean).join(" ")).join(" ");
    } catch {
      return request.status ? filled(words.answered, { status: request.status }) : words.broken;
    }
  };

  const send = (file) => new Promise((resolve) => {
    const { bar, word, cancel } = row(file);
    const end = (text, good) => {
      bar.remove();
      cancel.remove();
      word.textContent = text;
      say(`${file.name}: ${text}`);
      resolve(good);
    };
    const limit = Number(form.dataset.limit);
    if (file.size > limit) {
      end(filled(words.large, { bytes: file.size, limit }), false);
      return;
    }
    const data = new FormData(form);
    data.delete("file");
    data.append("file", file); // last, so that the fields come first
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = event.loaded / event.total;
      word.textContent = `${Math.floor(100 * bar.value)} %`;
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      word.textContent = words.checked;
    });
    request.addEventListener("load", () => {
      if (request.status === 201) end(words.kept, true);
      else end(problems(request), false);
    });
    request.addEventListener("error", () => end(problems(request), false));
    request.addEventListener("abort", () => end(words.cancelled, false));
    cancel.addEventListener("click", () => request.abort());
    request.open("POST", form.dataset.api);
    request.send(data);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = [...chosen.files];
    if (!files.length) return;
    button.disabled = true;
    list.replaceChildren();
    let kept = 0;
    for (const file of files) kept += (await send(file)) ? 1 : 0; // one after the other: one line, one queue
    button.disabled = false;
    say(filled(words.all, { kept, files: files.length }));
    if (kept === files.length) window.location.assign(`${form.dataset.files}?uploaded=${kept}`);
    else chosen.value = "";
  });
})();
