/* Alerts as they come. One socket a browser: the tab that leads holds it and tells the others. Each tab keeps its own
   place in each stream, drops what it has, and reads by HTTP what it missed. Nothing is stored in the browser.
   Pages listen on `document`: huiyin:alert (detail: the alert), huiyin:acknowledged {ids, by, at}, huiyin:reset {stream},
   huiyin:figures {paths}; they may say huiyin:seen {ids}. Elements with [data-live] show the state, [data-waiting] how
   many wait for somebody to take note. */
(function () {
  'use strict';

  const given = document.currentScript.dataset;
  const POLL_MS = 30000;
  const LONGEST_MS = 30000;
  const GRACE_MS = 3000; // a blip is not worth a word
  const SILENT_MS = 45000; // the server says something at least every 30 s
  const STABLE_MS = 60000;
  const places = {}; // stream -> {epoch, last, counted}
  const heads = JSON.parse(given.heads);
  Object.keys(heads).forEach((name) => {
    places[name] = { epoch: heads[name][0], last: heads[name][1], counted: heads[name][1] };
  });

  const fire = (name, detail) => document.dispatchEvent(new CustomEvent('huiyin:' + name, { detail }));
  const others = typeof BroadcastChannel === 'function' ? new BroadcastChannel('huiyin.live.' + given.post) : null;
  const tellOthers = (kind, data) => { if (others) others.postMessage({ kind, data }); };

  /* --- what the page shows ------------------------------------------------------------------------------------------- */
  let state = '';
  let missing = 0;

  function show(next, count) {
    state = next;
    missing = count || 0;
    const text = next === 'late' ? given.late.replace('{n}', String(missing)) : given[next];
    document.querySelectorAll('[data-live]').forEach((place) => {
      place.dataset.live = next;
      const words = place.querySelector('[data-live-text]') || place;
      if (words.textContent !== text) words.textContent = text;
    });
  }

  const counters = () => document.querySelectorAll('[data-waiting]');
  let waiting = counters().length ? counters()[0].textContent.trim() : '';
  function count(text) {
    if (text === waiting) return;
    waiting = text;
    counters().forEach((place) => {
      place.textContent = text;
      place.hidden = text === '0';
      place.classList.remove('changed');
      void place.offsetWidth; // the tint starts anew
      place.classList.add('changed');
    });
  }
  const add = (number) => { if (/^\d+$/.test(waiting)) count(String(Math.max(0, Number(waiting) + number))); };

  /* --- alerts: each once, in order ------------------------------------------------------------------------------------ */
  /* What was told to several streams (`same`) is one alert. */
  const met = { told: new Set(), acknowledged: new Set() };
  function first(kind, same) {
    if (met[kind].has(same)) return false;
    if (met[kind].size > 2000) met[kind].clear();
    return met[kind].add(same);
  }

  function take(stream, epoch, items) {
    const place = places[stream];
    if (!place || place.epoch !== epoch) { catchUp(); return; }
    for (const item of items) {
      if (item.seq <= place.last) continue;
      if (item.seq > place.last + 1) { catchUp(); return; }
      place.last = item.seq;
      const anew = first('told', item.same);
      if (item.seq > place.counted) {
        place.counted = item.seq;
        if (anew && !item.acknowledged) add(1);
      }
      if (missing > 0) show('late', missing - 1);
      if (anew) fire('alert', item);
    }
  }

  /* `known`: up to the heads the count told beside them is right. */
  function begin(streams, known) {
    Object.keys(streams).forEach((name) => {
      const told = streams[name];
      const place = places[name];
      const lost = told.reset || !place || place.epoch !== told.epoch;
      if (lost) places[name] = { epoch: told.epoch, last: told.head, counted: told.head };
      else if (known) place.counted = Math.max(place.counted, told.head);
      if (lost && place) fire('reset', { stream: name });
    });
  }

  /* A word of the server, in whatever tab. */
  function hear(word) {
    if (word.type === 'alerts') take(word.stream, word.epoch, word.items);
    else if (word.type === 'start') {
      begin(word.streams, true);
      count(word.waiting);
    } else if (word.type === 'heads') {
      const behind = (name) => !places[name] || places[name].epoch !== word.streams[name].epoch || places[name].last < word.streams[name].head;
      if (Object.keys(word.streams).some(behind)) catchUp();
    } else if (word.type === 'acknowledged') {
      add(-word.same.filter((one) => first('acknowledged', one)).length);
      fire('acknowledged', { ids: word.ids, by: word.by, at: word.at });
    } else if (word.type === 'figures') fire('figures', { paths: word.paths });
  }

  /* --- by HTTP: what this tab missed, and every half minute while there is no socket ---------------------------------- */
  let asking = null;

  function catchUp() {
    if (!asking) asking = ask().catch(() => null).then((found) => { asking = null; return found; });
    return asking;
  }

  function ask() {
    const at = Object.keys(places).map((name) => 'at=' + encodeURIComponent([name, places[name].epoch, places[name].last].join(',')));
    const how = { credentials: 'same-origin', cache: 'no-store', redirect: 'manual', headers: { Accept: 'application/json' } };
    return fetch(given.since + '?' + at.join('&'), how).then((answer) => {
      if (answer.status === 401 || answer.status === 403 || answer.type === 'opaqueredirect') return 'out';
      if (!answer.ok) return null;
      return answer.json().then((told) => {
        begin(told.streams, true);
        Object.keys(told.streams).forEach((name) => take(name, told.streams[name].epoch, told.streams[name].alerts));
        count(told.waiting);
        return 'well';
      });
    });
  }

  /* --- the tab that leads ------------------------------------------------------------------------------------------------ */
  let leads = false;
  let ended = false;
  let socket = null;
  let tries = 0;
  let heard = 0;
  let figures = document.getElementById('wall') !== null; // a page of figures
  const timers = {};
  const later = (name, run, ms) => { clearTimeout(timers[name]); timers[name] = setTimeout(run, ms); };
  const stop = (name) => { clearTimeout(timers[name]); timers[name] = 0; };
  const address = () => (location.protocol === 'https:' ? 'wss://' : 'ws://') + location.hostname +
    (given.port ? ':' + given.port : location.port ? ':' + location.port : '') + '/ws/';

  function announce(next, number) {
    show(next, number);
    tellOthers('state', [next, number || 0]);
  }

  function say(word) {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(word));
  }

  function ack() {
    if (timers.ack) return;
    later('ack', () => {
      timers.ack = 0;
      const streams = {};
      Object.keys(places).forEach((name) => { streams[name] = { epoch: places[name].epoch, seq: places[name].last }; });
      say({ type: 'ack', streams });
    }, 1000);
  }

  function connect() {
    if (!leads || ended || socket || given.port === 'off') return;
    stop('again');
    const mine = new WebSocket(address());
    socket = mine;
    mine.onopen = () => {
      const streams = {};
      Object.keys(places).forEach((name) => { streams[name] = { epoch: places[name].epoch, last: places[name].last }; });
      mine.send(JSON.stringify({ type: 'hello', streams, figures }));
    };
    mine.onmessage = (event) => {
      const word = JSON.parse(event.data);
      heard = Date.now();
      if (word.type === 'start') {
        const missed = Object.keys(word.streams).reduce((sum, name) => sum + word.streams[name].missed, 0);
        if (missed) announce('late', missed);
      } else if (word.type === 'live') {
        stop('off');
        stop('poll');
        announce('on');
        later('stable', () => { tries = 0; }, STABLE_MS);
      }
      hear(word);
      tellOthers('word', word);
      if (word.type === 'alerts') ack();
    };
    mine.onclose = (event) => { if (socket === mine) { socket = null; lost(event.code); } };
  }

  function lost(code) {
    stop('stable');
    stop('ack');
    if (!leads || ended) return;
    if (!timers.off && state !== 'off') later('off', off, state ? GRACE_MS : 0);
    if (code === 4401 || code === 4403) {
      catchUp().then((found) => { if (found === 'out') end(); else again(); });
    } else again(code === 4429 ? LONGEST_MS * 10 : 0);
  }

  /* Full jitter: a thousand browsers must not come back at once. */
  function again(least) {
    if (ended) return;
    const most = Math.min(LONGEST_MS, 1000 * Math.pow(2, tries));
    tries += 1;
    later('again', connect, (least || 0) + Math.random() * most);
  }

  function off() {
    timers.off = 0;
    announce('off');
    poll();
  }

  function poll() {
    catchUp().then((found) => {
      if (found === 'out') end();
      else if (leads && state === 'off') later('poll', poll, POLL_MS);
    });
  }

  /* Signed out, or the post is gone: nothing more is asked until the page is loaded anew. */
  function end() {
    ended = true;
    Object.keys(timers).forEach(stop);
    if (socket) socket.close();
    announce('out');
  }

  function drop() {
    const mine = socket;
    socket = null;
    if (mine) {
      mine.onclose = null;
      mine.close();
    }
  }

  function awake() {
    if (!leads || ended || document.visibilityState === 'hidden') return;
    if (socket && Date.now() - heard > SILENT_MS) { drop(); lost(0); }
    if (!socket) connect();
  }

  function lead() {
    leads = true;
    heard = Date.now();
    if (given.port === 'off') {
      announce('off');
      later('poll', poll, POLL_MS);
    } else connect();
    if (given.port === 'off') return new Promise(() => {});
    setInterval(() => { if (leads && socket && Date.now() - heard > SILENT_MS) { drop(); lost(0); } }, 5000);
    return new Promise(() => {}); // the lock is held until the tab goes
  }

  window.addEventListener('online', () => { tries = 0; awake(); });
  window.addEventListener('offline', () => {
    if (!leads || ended) return;
    drop();
    off();
    again();
  });
  document.addEventListener('visibilitychange', awake);
  window.addEventListener('pagehide', drop);
  window.addEventListener('pageshow', (event) => { if (event.persisted) window.location.reload(); });

  /* --- between tabs -------------------------------------------------------------------------------------------------------- */
  if (others) {
    others.onmessage = (event) => {
      const { kind, data } = event.data;
      if (kind === 'word') {
        hear(data);
        if (data.type === 'start' && Object.keys(data.streams).some((name) => places[name] && places[name].last < data.streams[name].head - data.streams[name].missed)) catchUp();
      } else if (kind === 'state') show(data[0], data[1]);
      else if (kind === 'waiting') count(data);
      else if (kind === 'ask' && leads) {
        if (state) tellOthers('state', [state, missing]);
        if (data && !figures) { figures = true; say({ type: 'figures', on: true }); }
      } else if (kind === 'say' && leads) say(data);
    };
    tellOthers('waiting', waiting);
    tellOthers('ask', figures);
  }
  document.addEventListener('huiyin:seen', (event) => {
    const word = { type: 'seen', ids: event.detail.ids };
    if (leads) say(word);
    else tellOthers('say', word);
  });

  if (navigator.locks) navigator.locks.request('huiyin.live.' + given.post, lead);
  else lead(); // an address without TLS: each tab for itself
})();
