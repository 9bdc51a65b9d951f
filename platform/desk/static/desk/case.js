/* The case page: while the form of a verb is open, its button is the one primary; what is printed shows every explanation. */
(function () {
  'use strict';

  const place = document.getElementById('act');
  if (!place) return;

  const show = () => document.querySelector('.case-page').classList.toggle('acting', Boolean(place.querySelector('form')));

  document.addEventListener('htmx:afterSwap', show);
  /* A menu that opened the form closes behind it. */
  document.addEventListener('htmx:beforeRequest', () => {
    document.querySelectorAll('.more-acts[open]').forEach((menu) => { menu.open = false; });
  });
  window.addEventListener('beforeprint', () => {
    document.querySelectorAll('.why:not([open])').forEach((why) => { why.open = true; });
  });
  show();
})();
