/* The draft of a registration (S00): on the server after each pause; until it is there, this tab holds it, so that a
   reload, a crash, an outage or the end of the session loses nothing. Wiped when it is saved, sent or signed out. */
(function () {
  'use strict';

  const form = document.getElementById('register');
  if (!form) return;
  const { all, post, renew, SignedOut } = form.huiyin;
  const PAUSE_MS = 1000;
  const KEEP_MS = 250;
  const RETRY_MS = 5000;
  const WAIT_MS = 20000;
  const KEY = 'huiyin.draft.' + (document.body.dataset.person || '') + '.register';
  const LEFT_OUT = ['upload', 'folder', 'csrfmiddlewaretoken', 'once', 'action'];
  const said = document.querySelector('[data-drafted]');
  const stale = document.querySelector('[data-stale]');
  const away = document.querySelector('[data-signed-out]');
  let timer = 0;
  let keeping = 0;
  let saving = null;
  let again = false;
  let stopped = false;
  let left = false;
  let dirty = false;

  function say(text, shape) {
    said.textContent = text;
    said.dataset.shape = shape;
    said.hidden = false;
  }

  /* --- this tab ------------------------------------------------------------------------------------------------------------- */
  function typed() {
    return Array.from(new FormData(form).entries()).filter(([name, value]) => !LEFT_OUT.includes(name) && typeof value === 'string');
  }

  function sent() {
    const data = new FormData(form);
    ['upload', 'folder'].forEach((name) => data.delete(name));
    return data;
  }

  function keep() {
    clearTimeout(keeping);
    if (!dirty || left) return;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(typed()));
    } catch (full) {
      /* The form itself still holds everything. */
    }
  }

  function forget() {
    clearTimeout(keeping);
    dirty = false;
    sessionStorage.removeItem(KEY);
  }

  /* --- the server --------------------------------------------------------------------------------------------------------------- */
  function signIn() {
    away.hidden = false;
    away.scrollIntoView({ block: 'nearest' });
    say(form.dataset.unsaved, 'soon');
  }

  function saved(kept) {
    form.elements.draft.value = kept.draft;
    form.elements.draft_version.value = kept.version;
    form.setAttribute('data-draft-saved', '');
    away.hidden = true;
    say(kept.said + form.dataset.tail, 'done');
    const here = new URL(window.location.href);
    if (here.searchParams.get('draft') !== kept.draft) {
      window.history.replaceState(null, '', here.pathname + '?draft=' + kept.draft);
    }
  }

  async function send() {
    const data = sent();
    const before = JSON.stringify(typed());
    const answer = await post(form.dataset.autosave, data, WAIT_MS);
    if (answer.status === 204) return;
    if (answer.status === 412) {
      stopped = true;
      stale.hidden = false;
      stale.scrollIntoView({ block: 'nearest' });
      return;
    }
    if (answer.status >= 500) throw new Error('not saved');
    const kept = await answer.json();
    if (!answer.ok) {
      say(kept.error, 'soon');
      return;
    }
    const same = JSON.stringify(typed()) === before;
    saved(kept);
    if (same) forget();
    else keep();
  }

  function retry(cut) {
    if (cut instanceof SignedOut) signIn();
    else say(form.dataset.unsaved, 'soon');
    timer = setTimeout(() => (cut instanceof SignedOut ? renew().then((ok) => (ok ? save() : retry(cut)), retry) : save()), RETRY_MS);
  }

  function save() {
    clearTimeout(timer);
    if (stopped || left) return saving || Promise.resolve();
    if (saving) {
      again = true;
      return saving;
    }
    saving = send().catch(retry).then(() => {
      saving = null;
      if (!again) return undefined;
      again = false;
      return save();
    });
    return saving;
  }

  form.addEventListener('input', (event) => {
    dirty = true;
    clearTimeout(keeping);
    keeping = setTimeout(keep, KEEP_MS);
    if (event.isComposing || left) return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  window.addEventListener('online', () => { if (dirty) save(); });
  form.addEventListener('click', (event) => {
    if (!event.target.closest('[data-save]') || stopped) return;
    event.preventDefault();
    save();
  });

  /* Leaving: what was typed within the last second goes along; an outage asks before the tab is closed. */
  window.addEventListener('pagehide', () => {
    if (!dirty || left || stopped) return;
    keep();
    fetch(form.dataset.autosave, {
      method: 'POST', body: sent(), credentials: 'same-origin', keepalive: true, headers: { 'X-CSRFToken': document.body.dataset.csrf },
    }).catch(() => undefined);
  });
  window.addEventListener('beforeunload', (event) => {
    if (!dirty || left || navigator.onLine) return;
    event.preventDefault();
    event.returnValue = '';
  });
  all('form[data-signout]', document).forEach((out) => {
    out.addEventListener('submit', (event) => {
      if (!dirty || out.dataset.flushed) return;
      event.preventDefault();
      event.stopPropagation();
      const go = () => { out.dataset.flushed = 'yes'; forget(); out.submit(); };
      save().then(go, go);
    }, true);
  });

  form.addEventListener('done', () => { left = true; forget(); });
  form.addEventListener('leaving', () => { left = true; clearTimeout(timer); forget(); });

  form.huiyinDraft = {
    signIn,
    /* While the form itself is on its way nothing is saved beside it. */
    pause() { clearTimeout(timer); keep(); return saving || Promise.resolve(); },
    resume() { timer = setTimeout(save, RETRY_MS); },
  };

  /* What an earlier page of this tab could not save goes to the server first; then the page shows it as it was. */
  async function bring(kept) {
    const data = new FormData();
    kept.forEach(([name, value]) => data.append(name, value));
    let answer = await post(form.dataset.autosave, data, WAIT_MS);
    if (answer.status === 412 || answer.status === 404) {
      data.delete('draft');
      data.delete('draft_version');
      answer = await post(form.dataset.autosave, data, WAIT_MS);
    }
    if (answer.status === 204) {
      sessionStorage.removeItem(KEY);
      return;
    }
    if (!answer.ok) throw new Error('not saved');
    const row = await answer.json();
    sessionStorage.removeItem(KEY);
    left = true;
    window.location.replace(form.getAttribute('action') + '?draft=' + row.draft);
  }

  const waiting = sessionStorage.getItem(KEY);
  if (document.querySelector('.error-summary')) {
    /* Sent and not yet registered: as it stands here it is kept like anything typed. */
    dirty = true;
    save();
  } else if (waiting) {
    bring(JSON.parse(waiting)).catch(() => say(form.dataset.unsaved, 'soon'));
  }
})();
