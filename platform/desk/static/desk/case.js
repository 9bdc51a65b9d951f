/* The case page: while the form of a verb is open, its button is the one primary; the list one came from stays in the
   address; a file shown in place can be folded away; what is printed shows every explanation. */
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
  document.addEventListener('click', (event) => {
    const fold = event.target.closest('[data-fold]');
    if (!fold) return;
    const shown = fold.closest('.preview');
    const link = document.querySelector('.files a[href="' + CSS.escape(shown.dataset.from || '') + '"]') || document.querySelector('.files a');
    shown.remove();
    if (link) link.focus();
  });

  const now = document.getElementById('now');
  const here = new URL(window.location.href);
  if (now && now.dataset.back && !here.searchParams.has('back')) {
    here.searchParams.set('back', now.dataset.back);
    window.history.replaceState(window.history.state, '', here);
  }
  show();
})();
