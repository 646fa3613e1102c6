// The emotions on a way: more of them, fewer of them; and its film, that plays or stands still.

const list = document.querySelector("[data-stops]");
if (list) {
  const form = list.closest("form");
  const add = form.querySelector("[data-add]");
  const film = form.querySelector("[data-film]");
  const play = form.querySelector("[data-play]");
  const [playWords, pauseWords] = [play.textContent, play.dataset.pause];
  const most = form.elements.frames.max;

  /** As many frames as there may be in all, and as many emotions. */
  function bound() {
    const stops = list.children.length;
    const each = form.elements.loop.checked ? list.dataset.frames / stops + 1 : (list.dataset.frames - 1) / (stops - 1) + 1;
    form.elements.frames.max = Math.max(2, Math.min(most, Math.floor(each)));
    add.disabled = stops >= Number(list.dataset.stops);
  }

  function tell() {
    bound();
    for (const kind of ["input", "change"]) list.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  /** Have the film play, or show its first frame. */
  function moves(on) {
    film.dataset.address = on ? film.dataset.moving : film.dataset.still;
    film.dataset.asks = film.dataset.asks.replace(" loop frames fps", "") + (on ? " loop frames fps" : "");
    film.dataset.fixed = on ? "" : "frames=1";
    play.textContent = on ? pauseWords : playWords;
    tell();
  }

  add.addEventListener("click", () => {
    const before = list.lastElementChild.querySelector("select");
    list.append(form.querySelector("[data-further]").content.cloneNode(true));
    const added = list.lastElementChild.querySelector("select");
    added.selectedIndex = (before.selectedIndex + 1) % added.length; // not the same once more
    tell();
    added.focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    button.closest("li").remove();
    tell();
    add.focus();
  });
  form.elements.loop.addEventListener("input", bound); // before the form hears of it
  play.addEventListener("click", () => moves(film.dataset.address === film.dataset.still));
  bound();
  moves(!matchMedia("(prefers-reduced-motion: reduce)").matches);
}
