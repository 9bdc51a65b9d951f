/* 提醒 kept current: what is heard (huiyin:alert and its like, see the live script) brings the list anew in its place.
   Where somebody has picked rows or read on, it only says so: nothing moves under a finger. */
(function () {
  'use strict';

  let asked = null;

  function refresh() {
    asked = null;
    const list = document.getElementById('list');
    if (list.querySelector('input[data-can]:checked') || list.dataset.alertsList === '' || window.scrollY > 200) {
      document.getElementById('alerts-new').hidden = false;
    } else {
      window.htmx.ajax('GET', list.dataset.alertsList, { target: '#list', select: '#list', swap: 'outerHTML' });
    }
  }

  ['alert', 'acknowledged', 'reset'].forEach((name) => {
    document.addEventListener('huiyin:' + name, () => {
      if (asked === null) asked = window.setTimeout(refresh, 400); // a burst is one question
    });
  });
})();
