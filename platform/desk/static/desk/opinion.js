/* Drafting an opinion: saved on each pause, what is missing kept live, the paper shown in place, nothing lost when two write. */
(function () {
  'use strict';

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const PAUSE_MS = 800;
  const RETRY_MS = 5000;
  const form = document.getElementById('opinion');

  /* --- the side panel: one part at a time ------------------------------------------------------------------------------- */
  all('[data-tabs]').forEach((bar) => {
    const panel = bar.parentElement;
    const links = all('a', bar);
    const show = (link) => {
      links.forEach((one) => {
        if (one === link) one.setAttribute('aria-current', 'true');
        else one.removeAttribute('aria-current');
        const part = panel.querySelector(one.getAttribute('href'));
        if (part) part.classList.toggle('on', one === link);
      });
    };
    panel.classList.add('tabbed');
    show(links[0]);
    bar.addEventListener('click', (event) => {
      const link = event.target.closest('a');
      if (!link) return;
      event.preventDefault();
      show(link);
    });
  });

  /* --- a link to a folded part opens it ----------------------------------------------------------------------------------- */
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-opens]');
    const part = link && document.getElementById(link.getAttribute('href').slice(1));
    if (!part) return;
    event.preventDefault();
    part.open = true;
    part.scrollIntoView({ block: 'center' });
    const field = part.querySelector('input:not([type=hidden]), textarea');
    if (field) field.focus({ preventScroll: true });
  });

  if (!form) return;
  const saidAt = document.querySelector('[data-drafted]');
  const version = form.elements.opinion_version;
  let timer = 0;
  let running = null; // the save on its way
  let dirty = false;
  let stopped = form.hasAttribute('data-stopped');

  /* --- saving ----------------------------------------------------------------------------------------------------------- */
  function say(text, shape) {
    saidAt.hidden = false;
    saidAt.dataset.shape = shape;
    saidAt.textContent = text;
  }

  function took(answer) {
    version.value = answer.version;
    say(answer.said, 'done');
    document.querySelector('[data-todo]').innerHTML = answer.todo;
    Object.keys(answer.outcomes).forEach((anchor) => {
      const place = form.querySelector('[data-outcome="' + anchor + '"]');
      if (place) place.innerHTML = answer.outcomes[anchor];
    });
    form.dispatchEvent(new Event('saved'));
  }

  function refused(status, answer) {
    if (status === 412 && answer.html) {
      stopped = true;
      const place = document.querySelector('[data-stale]');
      place.innerHTML = answer.html;
      all('[data-beside]').forEach((note) => note.remove());
      const box = place.querySelector('[data-focus]');
      if (box) box.scrollIntoView({ block: 'nearest' });
      say('', 'soon');
      saidAt.hidden = true;
      return;
    }
    if (status >= 500 || status === 0) {
      say(form.dataset.unsaved, 'soon');
      timer = setTimeout(save, RETRY_MS);
      return;
    }
    stopped = true;
    window.huiyin.notice('hold', form.dataset.gone, answer.error ? '　' + answer.error : '');
  }

  function save() {
    clearTimeout(timer);
    if (stopped) return Promise.resolve();
    if (running) return running.then(() => (dirty ? save() : undefined));
    dirty = false;
    running = fetch(form.dataset.autosave, {
      method: 'POST',
      body: new FormData(form),
      headers: { 'X-CSRFToken': document.body.dataset.csrf || '', 'X-Requested-With': 'fetch' },
      credentials: 'same-origin',
    }).then((response) => {
      if (response.status === 204) return undefined;
      const isJson = (response.headers.get('Content-Type') || '').includes('json');
      return (isJson ? response.json() : Promise.resolve({})).then((answer) => {
        if (response.ok && answer.version) took(answer);
        else { dirty = true; refused(response.status, answer); }
      });
    }).catch(() => {
      dirty = true;
      refused(0, {});
    }).then(() => { running = null; });
    return running;
  }

  function later(event) {
    if (event.isComposing) return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  }

  form.addEventListener('input', later);
  form.addEventListener('change', (event) => {
    if (event.target.matches('input[type=radio], input[type=date]')) later(event);
  });
  form.addEventListener('compositionend', later);

  /* Ctrl S saves where one is. */
  all('[data-save]', form).forEach((button) => button.addEventListener('click', (event) => {
    if (stopped) return;
    event.preventDefault();
    save();
  }));

  /* A save on its way would make the form's own version old: wait for it, then send. */
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault();
    event.stopPropagation();
    const by = event.submitter;
    running.then(() => {
      delete form.dataset.sending;
      if (by) by.click();
      else form.submit();
    });
  }, true);
  window.addEventListener('beforeunload', (event) => {
    if (dirty && !form.dataset.sending && (stopped || running === null)) event.preventDefault();
  });

  /* --- what is missing leads to its field, whose demand opens ------------------------------------------------------------- */
  document.addEventListener('click', (event) => {
    const link = event.target.closest('[data-todo] a[href^="#"], .error-summary a[href^="#"]');
    const field = link && document.getElementById(link.getAttribute('href').slice(1));
    if (!field) return;
    event.preventDefault();
    const demand = field.closest('details');
    if (demand) demand.open = true;
    field.focus({ preventScroll: true });
    field.closest('fieldset, .fields > *').scrollIntoView({ block: 'center' });
  });

  /* --- an article or a standard sentence goes into the demand that is being written ------------------------------------------ */
  let writing = form.querySelector('details.demand[open]') || form.querySelector('details.demand');

  function show() {
    const open = writing && writing.querySelector('.n');
    all('[data-cite], [data-insert]').forEach((button) => {
      button.hidden = !open;
      const to = button.querySelector('[data-cite-to]');
      if (open && to) to.textContent = form.dataset.to.replace('{n}', open.textContent.trim());
    });
  }

  function put(name, words, between) {
    const field = writing && writing.querySelector('[name$="-' + name + '"]');
    if (!field) return;
    writing.open = true;
    const before = field.value.trim();
    if (!before.includes(words)) field.value = before ? before + between + words : words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus({ preventScroll: true });
    field.closest('.fields > *').scrollIntoView({ block: 'nearest' });
  }

  form.addEventListener('focusin', (event) => {
    const demand = event.target.closest('details.demand');
    if (!demand || demand === writing) return;
    writing = demand;
    show();
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-cite], [data-insert]');
    if (!button) return;
    if (button.dataset.cite) put('law', button.dataset.cite, '；');
    else put(button.dataset.insert, button.closest('li').querySelector('[data-words]').innerText.trim(), '\n');
  });
  document.body.addEventListener('htmx:afterSwap', show);
  show();

  /* --- who else has it open ---------------------------------------------------------------------------------------------- */
  const PRESENCE_MS = 20000;
  const others = document.querySelector('[data-others]');
  const here = (left) => {
    const said = new FormData();
    said.set('csrfmiddlewaretoken', document.body.dataset.csrf || '');
    if (left) said.set('left', '1');
    return said;
  };
  setInterval(() => {
    if (document.hidden) return;
    fetch(form.dataset.presence, {
      method: 'POST', body: here(false), headers: { 'X-CSRFToken': document.body.dataset.csrf || '' }, credentials: 'same-origin',
    }).then((response) => (response.ok ? response.text() : Promise.reject(new Error(String(response.status))))).then((html) => {
      const before = others.textContent.trim();
      const fresh = document.createElement('div');
      fresh.innerHTML = html;
      if (fresh.textContent.trim() !== before) others.innerHTML = html;
    }).catch(() => { /* the next turn asks again */ });
  }, PRESENCE_MS);
  window.addEventListener('pagehide', () => { navigator.sendBeacon(form.dataset.presence, here(true)); });

  /* --- the paper, in place -------------------------------------------------------------------------------------------------- */
  const editing = document.querySelector('[data-editing]');
  const paper = document.querySelector('[data-paper]');
  const body = paper.querySelector('[data-paper-body]');
  let from = null;

  function open() {
    fetch(form.dataset.preview, {
      method: 'POST',
      body: new FormData(form),
      headers: { 'X-CSRFToken': document.body.dataset.csrf || '' },
      credentials: 'same-origin',
    }).then((response) => {
      if (!response.ok) throw new Error(String(response.status));
      return response.text();
    }).then((html) => {
      body.innerHTML = html;
      editing.hidden = true;
      paper.hidden = false;
      document.body.classList.add('with-preview');
      window.scrollTo(0, 0);
      paper.querySelector('[data-paper-close]').focus();
    }).catch(() => window.huiyin.notice('over', document.getElementById('texts').dataset.offline, ''));
  }

  function close() {
    paper.hidden = true;
    editing.hidden = false;
    document.body.classList.remove('with-preview');
    if (from) from.focus();
  }

  form.querySelector('[data-preview-open]').addEventListener('click', (event) => {
    event.preventDefault();
    from = event.currentTarget;
    open();
  });
  paper.querySelector('[data-paper-close]').addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !paper.hidden) close();
  });
})();
