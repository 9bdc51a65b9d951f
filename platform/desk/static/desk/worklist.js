/* Choosing rows: the bar at the bottom says how many, and only what all of them allow. */
(function () {
  'use strict';

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const table = document.querySelector('table.worklist');
  if (!table) return;
  const bar = document.querySelector('[data-picked-bar]');
  const boxes = () => all('tbody input[type=checkbox]', table);

  function show() {
    const picked = boxes().filter((box) => box.checked);
    boxes().forEach((box) => {
      const row = box.closest('tr');
      if (box.checked) row.setAttribute('aria-selected', 'true');
      else row.removeAttribute('aria-selected');
    });
    const every = table.querySelector('thead input[type=checkbox]');
    if (every) {
      every.checked = picked.length > 0 && picked.length === boxes().length;
      every.indeterminate = picked.length > 0 && picked.length < boxes().length;
    }
    if (!bar) return;
    bar.hidden = picked.length === 0;
    all('[data-picked]', bar).forEach((place) => { place.textContent = String(picked.length); });
    all('[data-needs]', bar).forEach((part) => {
      part.hidden = !picked.every((box) => (box.dataset.can || '').split(' ').includes(part.dataset.needs));
    });
  }

  table.addEventListener('change', (event) => {
    if (event.target.closest('thead')) boxes().forEach((box) => { box.checked = event.target.checked; });
    show();
  });
  if (bar) {
    bar.addEventListener('click', (event) => {
      if (!event.target.closest('[data-unpick]')) return;
      boxes().forEach((box) => { box.checked = false; });
      show();
    });
  }
  document.addEventListener('htmx:afterSwap', show);
  window.addEventListener('pageshow', show);
  show();
})();
