/* Choosing rows: the bar at the bottom says how many, and only what all of them allow. Works on what htmx brings later too. */
(function () {
  'use strict';

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const NAMED = 'input[type=checkbox][data-can]';

  function show() {
    all('form.picked').forEach((form) => {
      const boxes = all(NAMED, form);
      const picked = boxes.filter((box) => box.checked);
      boxes.forEach((box) => {
        const row = box.closest('tr, [data-row]');
        if (row.tagName !== 'TR') row.classList.toggle('on', box.checked);
        else if (box.checked) row.setAttribute('aria-selected', 'true');
        else row.removeAttribute('aria-selected');
      });
      const every = form.querySelector('thead input[type=checkbox]');
      if (every) {
        every.checked = picked.length > 0 && picked.length === boxes.length;
        every.indeterminate = picked.length > 0 && picked.length < boxes.length;
      }
      const bar = form.querySelector('[data-picked-bar]');
      if (!bar) return;
      const verbs = all('[data-needs]', bar).map((part) => part.dataset.needs);
      const fits = (part) => (part === 'any'
        ? verbs.some(fits)
        : picked.every((box) => (box.dataset.can || '').split(' ').includes(part)));
      bar.hidden = picked.length === 0;
      all('[data-picked]', bar).forEach((place) => { place.textContent = String(picked.length); });
      all('[data-needs]', bar).forEach((part) => { part.hidden = !fits(part.dataset.needs); });
      all('[data-lacks]', bar).forEach((part) => { part.hidden = fits(part.dataset.lacks); });
    });
  }

  document.addEventListener('change', (event) => {
    const form = event.target.closest && event.target.closest('form.picked');
    if (!form || event.target.type !== 'checkbox') return;
    if (event.target.closest('thead')) all(NAMED, form).forEach((box) => { box.checked = event.target.checked; });
    show();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-unpick]');
    if (!button) return;
    all(NAMED, button.closest('form')).forEach((box) => { box.checked = false; });
    show();
  });
  document.addEventListener('htmx:afterSwap', show);
  window.addEventListener('pageshow', show);
  show();
})();
