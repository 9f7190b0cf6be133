// Everything works without this. It keeps a button from being pressed twice, and brings pages that show progress up to
// date in place.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A download leaves the page where it is: its form may be sent again, and gets the same file.
  setTimeout(() => { delete form.dataset.sent; }, 3000);
});

// The back button shows a page from memory, with its form as it was sent.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

async function bring_up_to_date() {
  const main = document.querySelector("main[data-refresh]");
  if (!main) return;
  let again = main;
  try {
    const answer = await fetch(window.location.href, {
      redirect: "manual",
      cache: "no-store",
      headers: { "X-Desk-Refresh": "1" },  // nobody does anything: it keeps no session open
    });
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      window.location.reload();
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (fresh && fresh.innerHTML !== main.innerHTML && !main.contains(document.activeElement)) {
      main.replaceWith(fresh);
      again = fresh;
    } else if (fresh && !fresh.dataset.refresh) {
      window.location.reload();
      return;
    } else if (fresh) {
      for (const live of fresh.querySelectorAll("[data-live]")) {
        const shown = main.querySelector(`[data-live="${live.dataset.live}"]`);
        if (shown) shown.replaceWith(live);
      }
    }
  } catch {
    // The next time.
  }
  if (again.dataset.refresh) setTimeout(bring_up_to_date, 1000 * Number(again.dataset.refresh));
}
{
  const main = document.querySelector("main[data-refresh]");
  if (main) setTimeout(bring_up_to_date, 1000 * Number(main.dataset.refresh));
}
