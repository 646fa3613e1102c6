// What every page needs: a choice is sent at once, and leads back to what is shown now.
for (const form of document.querySelectorAll("form[data-send-on-change]")) {
  form.addEventListener("change", () => {
    form.elements.back.value = location.pathname + location.search;
    form.requestSubmit();
  });
}
