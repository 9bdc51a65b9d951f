/* Nothing typed is lost: sessionStorage holds a form until the server has its first draft; wiped on submit and sign-out.
   <form data-draft="serve"> is kept under the person's number; [data-drafted] inside says when. The server marks a form
   that already has a saved draft with data-draft-saved, and drops the bridge by answering with the header HX-Trigger: saved. */
(function () {
  'use strict';

  const PREFIX = 'huiyin.draft.';
  const PAUSE_MS = 600;
  const person = document.body.dataset.person || '';
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const nameOf = (form) => PREFIX + person + '.' + form.dataset.draft;

  function wipe(only) {
    Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX) && (!only || key === only)).forEach((key) => sessionStorage.removeItem(key));
  }

  function read(form) {
    const kept = [];
    all('input, textarea, select', form).forEach((field) => {
      if (!field.name || ['hidden', 'password', 'file', 'submit'].includes(field.type)) return;
      if (['checkbox', 'radio'].includes(field.type)) {
        if (field.checked) kept.push([field.name, field.value]);
      } else {
        kept.push([field.name, field.value]);
      }
    });
    return kept;
  }

  function fill(form, kept) {
    const left = kept.slice();
    all('input, textarea, select', form).forEach((field) => {
      if (!field.name || ['hidden', 'password', 'file', 'submit'].includes(field.type)) return;
      if (['checkbox', 'radio'].includes(field.type)) {
        field.checked = kept.some((pair) => pair[0] === field.name && pair[1] === field.value);
        return;
      }
      const at = left.findIndex((pair) => pair[0] === field.name);
      if (at >= 0) field.value = left.splice(at, 1)[0][1];
    });
    form.dispatchEvent(new Event('change', { bubbles: true }));
    all('.choices input', form).forEach((input) => input.closest('label').classList.toggle('on', input.checked));
  }

  function say(form) {
    const clock = new Date();
    const two = (n) => String(n).padStart(2, '0');
    const time = [clock.getHours(), clock.getMinutes(), clock.getSeconds()].map(two).join(':');
    all('[data-drafted]').forEach((place) => {
      place.textContent = document.getElementById('texts').dataset.draftText.replace('{time}', time);
      place.hidden = false;
    });
  }

  if (!person) {
    wipe();
    return;
  }

  function bind(form) {
    const key = nameOf(form);
    const kept = sessionStorage.getItem(key);
    if (kept && !form.hasAttribute('data-draft-saved') && !form.querySelector('.invalid')) fill(form, JSON.parse(kept));
    let timer = 0;
    form.addEventListener('input', (event) => {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        try {
          sessionStorage.setItem(key, JSON.stringify(read(form)));
          say(form);
        } catch (full) {
          /* The form itself still holds everything. */
        }
      }, PAUSE_MS);
    });
    form.addEventListener('submit', () => { clearTimeout(timer); });
    form.addEventListener('saved', () => { wipe(key); });
  }

  all('form[data-draft]').forEach(bind);
  /* A form that opens in place, or comes back with what is wrong. */
  document.addEventListener('htmx:afterSwap', (event) => { all('form[data-draft]', event.detail.target).forEach(bind); });

  /* --- a session that ended, or began anew in another window: the form stays, and goes on with the page's new token ------ */
  const texts = document.getElementById('texts').dataset;

  /* "new": the same person's page, its token taken over; "out": nobody, or somebody else; "same": no news. */
  async function renew() {
    const answer = await fetch(window.location.href, { credentials: 'same-origin' });
    if (answer.redirected) return 'out';
    if (!answer.ok) return 'same';
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (page.body.dataset.person !== person) return 'out';
    document.body.dataset.csrf = page.body.dataset.csrf;
    all('input[name=csrfmiddlewaretoken]').forEach((field) => { field.value = page.body.dataset.csrf; });
    return 'new';
  }

  const changes = (event) => (event.detail.requestConfig.verb || 'get') !== 'get';
  const formOf = (event) => event.detail.requestConfig.elt.closest('form');

  function signedOut(form) {
    const way = document.createElement('a');
    Object.assign(way, { href: texts.signInUrl, target: '_blank', rel: 'noopener', textContent: texts.signIn });
    const rest = document.createDocumentFragment();
    rest.append(texts.still, way);
    window.huiyin.notice('over', texts.signedOut, rest, () => { renew().then((found) => (found === 'out' ? signedOut(form) : form.requestSubmit())); });
  }

  document.addEventListener('htmx:beforeOnLoad', (event) => {
    const to = event.detail.xhr.getResponseHeader('HX-Redirect');
    const form = changes(event) && formOf(event);
    if (!to || !form || new URL(to, window.location.href).pathname !== texts.signInUrl) return;
    event.preventDefault();
    signedOut(form);
  });
  document.addEventListener('htmx:responseError', (event) => {
    const form = event.detail.xhr.status === 403 && changes(event) && formOf(event);
    if (!form || form.dataset.renewed) return;
    form.dataset.renewed = 'yes'; // once: a refusal stays one
    renew().then((found) => {
      if (found === 'new') form.requestSubmit();
      if (found === 'out') signedOut(form);
    });
  });

  /* A page reached after a successful submit says so: the draft has become a row. */
  all('[data-draft-done]').forEach((mark) => wipe(PREFIX + person + '.' + mark.dataset.draftDone));
  all('form[data-signout]').forEach((form) => form.addEventListener('submit', () => wipe()));
})();
