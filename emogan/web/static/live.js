// A picture that follows the form around it: while a slider moves, the next picture is asked for as soon as the last came.

/** The parameters that a form's controls stand for. */
function asked(form) {
  const found = new URLSearchParams();
  const given = Object.fromEntries(new FormData(form));
  for (const control of form.elements) {
    if (control.dataset.off && !control.checked) given[control.name] = control.dataset.off;
  }
  const { emotion, other, share, ...rest } = given;
  if (other && other !== emotion && Number(share) > 0) {
    found.set("mix", `${emotion}:${(1 - Number(share)).toFixed(2)},${other}:${Number(share).toFixed(2)}`);
  } else if (emotion !== undefined) {
    found.set("emotion", emotion);
  }
  for (const [name, value] of Object.entries(rest)) found.set(name, value);
  return found;
}

/** Fetch and show the picture of a form; gives its address. */
async function drawn(form, address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error((await answer.json()).detail);
  const picture = form.querySelector("[data-picture]");
  const before = picture.src;
  picture.src = URL.createObjectURL(await answer.blob());
  await picture.decode();
  picture.width = picture.naturalWidth;
  picture.height = picture.naturalHeight;
  form.style.setProperty("--aspect", picture.width / picture.height);
  if (before.startsWith("blob:")) URL.revokeObjectURL(before);
}

/** A link over each face of a sheet, that saves this face. */
function cells(form, parameters) {
  const list = form.querySelector("[data-cells]");
  if (!list) return;
  const count = Number(parameters.get("n"));
  const columns = Math.min(count, Math.ceil(Math.sqrt(count)));
  list.style.setProperty("--columns", columns);
  list.style.setProperty("--rows", Math.ceil(count / columns));
  const first = Number(parameters.get("first") ?? 0);
  list.replaceChildren(
    ...Array.from({ length: count }, (_, place) => {
      const one = new URLSearchParams(parameters);
      one.set("n", 1);
      one.set("first", first + place);
      const link = document.createElement("a");
      link.href = `/api/faces.png?${one}`;
      const what = one.get("emotion") ?? one.get("mix").replaceAll(/[:,]/g, "_");
      link.download = `${what}_s${one.get("seed")}_${String(first + place).padStart(4, "0")}.png`;
      link.title = list.dataset.label.replace("{number}", place + 1);
      link.setAttribute("aria-label", link.title);
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
}

/** Keep a form's picture, links and numbers as its controls are. */
function follow(form) {
  const words = form.querySelector("[data-words]");
  let busy = false;

  async function update() {
    for (const output of form.querySelectorAll("[data-shows]")) output.value = form.elements[output.dataset.shows].value;
    if (busy || !form.checkValidity()) return;
    const parameters = asked(form);
    const address = `${form.dataset.address}?${parameters}`;
    if (address === form.dataset.shown) return;
    busy = true;
    try {
      await drawn(form, address);
      words.textContent = "";
    } catch (error) {
      words.textContent = error instanceof TypeError ? form.dataset.failed : error.message;
    } finally {
      busy = false;
    }
    form.dataset.shown = address;
    for (const link of form.querySelectorAll("a[data-address]")) link.href = `${link.dataset.address}?${parameters}`;
    cells(form, parameters);
    history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(new FormData(form))}`);
    update(); // somebody may have gone on meanwhile
  }

  // An address with parameters is a picture to come back to, and what a change of the language keeps.
  for (const [name, value] of new URLSearchParams(location.search)) {
    const control = form.elements[name];
    if (control?.type !== "hidden" && control?.type !== "checkbox" && control) control.value = value;
  }
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[data-dice]")?.addEventListener("click", () => {
    form.elements.seed.value = crypto.getRandomValues(new Uint32Array(1))[0];
    update();
  });
  update();
}

for (const form of document.querySelectorAll("form[data-live]")) follow(form);
