// Pictures that follow the form around them: while a slider moves, the next is asked for as soon as the last came.
//
// A form has an address that its picture and links are at (data-address), with all its controls as parameters; or a
// picture or link has one of its own, and may say which parameters it has (data-asks) and some that stay (data-fixed).
// A picture with data-when="change" waits until a slider is let go.

/** What the controls of a form say, switched off ones too. */
function said(form) {
  const given = new FormData(form);
  for (const control of form.elements) {
    if (control.dataset.off && !control.checked) given.set(control.name, control.dataset.off);
  }
  return new URLSearchParams(given);
}

/** The parameters that a form's controls stand for. */
function asked(form) {
  const given = said(form);
  const found = new URLSearchParams();
  const stops = given.getAll("stop");
  const { emotion, other, share, stop, ...rest } = Object.fromEntries(given);
  if (other && other !== emotion && Number(share) > 0) {
    found.set("mix", `${emotion}:${(1 - Number(share)).toFixed(2)},${other}:${Number(share).toFixed(2)}`);
  } else if (emotion !== undefined) {
    found.set("emotion", emotion);
  }
  for (const [name, value] of Object.entries(rest)) found.set(name, value);
  if (stops.length) found.set("stops", stops.join(","));
  return found;
}

/** The address of a picture or link among what a form's controls stand for. */
function addressOf(one, parameters) {
  const asks = one.dataset.asks?.split(" ");
  const own = [...parameters].filter(([name]) => !asks || asks.includes(name));
  return `${one.dataset.address}?${new URLSearchParams([...new URLSearchParams(one.dataset.fixed), ...own])}`;
}

/** Fetch and show a picture; ``holder`` is what has its address. */
async function drawn(picture, holder, address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error((await answer.json()).detail);
  const before = picture.src;
  picture.src = URL.createObjectURL(await answer.blob());
  await picture.decode();
  picture.width = picture.naturalWidth;
  picture.height = picture.naturalHeight;
  holder.style.setProperty("--aspect", picture.width / picture.height);
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

/** Keep a picture as the controls of its form are; gives what to call when these changed. */
function following(form, picture) {
  const holder = picture.dataset.address ? picture : form;
  const words = (picture.closest("section") ?? form).querySelector("[data-words]");
  let busy = false;

  return async function update() {
    if (busy || !form.checkValidity()) return;
    const parameters = asked(form);
    const address = addressOf(holder, parameters);
    if (address === holder.dataset.shown) return;
    busy = true;
    try {
      await drawn(picture, holder, address);
      words.textContent = "";
    } catch (error) {
      words.textContent = error instanceof TypeError ? form.dataset.failed : error.message;
    } finally {
      busy = false;
    }
    holder.dataset.shown = address;
    if (holder === form) cells(form, parameters);
    update(); // somebody may have gone on meanwhile
  };
}

/** Keep a form's pictures, links and numbers as its controls are. */
function follow(form) {
  const pictures = [...form.querySelectorAll("[data-picture]")].map((picture) => [picture, following(form, picture)]);

  function update(event) {
    for (const output of form.querySelectorAll("[data-shows]")) output.value = form.elements[output.dataset.shows].value;
    if (!form.checkValidity()) return;
    const parameters = asked(form);
    for (const link of form.querySelectorAll("a[data-address]")) link.href = addressOf(link, parameters);
    for (const [picture, draw] of pictures) {
      if (event?.type !== "input" || picture.dataset.when !== "change") draw();
    }
    if (event?.type !== "input") history.replaceState(null, "", `${location.pathname}?${said(form)}`); // not too often
  }

  // An address with parameters is a picture to come back to, and what a change of the language keeps.
  for (const [name, value] of new URLSearchParams(location.search)) {
    const control = form.elements[name];
    if (control?.type === "checkbox") control.checked = value !== control.dataset.off;
    else if (control && control.type !== "hidden") control.value = value;
  }
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[data-dice]")?.addEventListener("click", () => {
    form.elements.seed.value = crypto.getRandomValues(new Uint32Array(1))[0];
    update();
  });
  update();
}

for (const form of document.querySelectorAll("form[data-live]")) follow(form);
