"use strict";
const show = () => {
  const pair = document.getElementById(location.hash.slice(1))?.closest("details.pair");
  if (pair && !pair.open) { pair.open = true; pair.scrollIntoView(); }
};
addEventListener("hashchange", show);
show();
