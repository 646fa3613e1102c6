// A photograph from a file, from what is dropped, or from the camera, and a search for the nearest face to it.

const form = document.querySelector("form[data-photograph]");
const words = form.querySelector("[data-words]");
const file = form.querySelector("input[type=file]");
const drop = form.querySelector("[data-drop]");
const live = form.querySelector("[data-live]");
const video = live.querySelector("video");
const shutter = live.querySelector("[data-take]");
const camera = form.querySelector("[data-camera]");
const chosen = form.querySelector("[data-chosen]");
const button = form.querySelector("[data-search]");
const change = form.querySelector("[data-change]");
let photograph = null;

/** Show what was chosen, and let it be searched for. */
function choose(blob) {
  turnOff();
  const wrong = !file.accept.split(",").includes(blob.type)
    ? form.dataset.kind
    : blob.size > form.dataset.most * 1e6
      ? form.dataset.large
      : "";
  if (chosen.src) URL.revokeObjectURL(chosen.src);
  photograph = wrong ? null : blob;
  button.disabled = change.disabled = chosen.hidden = Boolean(wrong);
  if (wrong) chosen.removeAttribute("src");
  else chosen.src = URL.createObjectURL(blob);
  words.textContent = wrong || form.dataset.ready;
}

/** Stop the camera, if it is on. */
function turnOff() {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  live.hidden = shutter.disabled = true;
  camera.hidden = false;
}

async function turnOn() {
  words.textContent = "";
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
    live.hidden = false;
    camera.hidden = true;
    await video.play(); // before, there is no picture to take
    shutter.disabled = false;
    shutter.focus();
  } catch (error) {
    turnOff();
    words.textContent = error.name === "NotAllowedError" ? form.dataset.refused : form.dataset.none;
  }
}

/** What the camera sees now, not mirrored. */
function take() {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((blob) => {
    file.value = "";
    choose(blob);
    button.focus();
  }, "image/jpeg", 0.95);
}

/** Send the photograph to an address; gives what is answered. */
async function sent(address) {
  const headers = { "Content-Type": photograph.type };
  const answer = await fetch(address, { method: "POST", body: photograph, headers });
  const said = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
  if (!answer.ok) throw new Error(said.detail ?? form.dataset.large);
  return said;
}

/** Have its faces found, and go where they can be changed. */
async function begin() {
  change.disabled = true;
  words.textContent = form.dataset.reading;
  try {
    location.assign(`/photograph/change/${(await sent("/api/changes")).id}`);
  } catch (error) {
    words.textContent = error instanceof TypeError ? form.dataset.failed : error.message;
    change.disabled = false;
  }
}

/** Send the photograph; what comes of it is asked for by the part of the page that then stands there. */
async function search() {
  const asked = new URLSearchParams(new FormData(form));
  asked.set("median", form.elements.median.checked);
  button.disabled = true;
  words.textContent = form.dataset.sending;
  try {
    const said = await sent(`/api/photographs?${asked}`);
    words.textContent = "";
    document.querySelector("#search-words").textContent = form.dataset.searching;
    history.replaceState(null, "", `${location.pathname}?search=${encodeURIComponent(said.id)}`);
    htmx.ajax("GET", `/photograph/${said.id}`, { target: "#search" });
  } catch (error) {
    words.textContent = error instanceof TypeError ? form.dataset.failed : error.message;
  } finally {
    button.disabled = false;
  }
}

change.addEventListener("click", begin);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
form.addEventListener("input", () => {
  for (const output of form.querySelectorAll("[data-shows]")) output.value = form.elements[output.dataset.shows].value;
});
file.addEventListener("change", () => {
  if (file.files.length) choose(file.files[0]);
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    const dropped = event.dataTransfer.files[0];
    if (kind === "drop" && dropped) choose(dropped);
  });
}
camera.addEventListener("click", turnOn);
shutter.addEventListener("click", take);
live.querySelector("[data-off]").addEventListener("click", () => {
  turnOff();
  camera.focus();
});
window.addEventListener("pagehide", turnOff);

// Where a button is gone with the part of the page it stood in, those who use the keyboard go on from its heading.
document.body.addEventListener("htmx:afterSwap", () => {
  if (document.activeElement === document.body) document.querySelector("#nearest").focus({ preventScroll: true });
});
