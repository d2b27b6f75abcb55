"use strict";

const EVERY_MS = 1000;
const SHOWN = 500;
const list = document.getElementById("list");
const shown = document.getElementById("shown");
const totals = document.getElementById("totals");
const letters = document.getElementById("letters");
let last = 0;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function latency(message) {
  return message.latency_ms === null ? "" : `${message.latency_ms.toFixed(1)} ms`;
}

function row(message) {
  const button = element("button");
  button.append(element("span", message.subject, "subject"));
  const meta = element("span", undefined, "meta");
  meta.append(
    element("span", message.kind === "sms" ? "SMS" : "e-mail"),
    element("span", message.person ? `person ${message.person.slice(0, 8)}` : message.to.join(", ")),
    element("span", new Date(message.received_at).toLocaleTimeString()),
    element("span", latency(message)),
  );
  if (message.copy_of) meta.append(element("span", `copy of ${message.copy_of}`, "copy"));
  button.append(meta);
  button.addEventListener("click", () => show(message, button));
  const item = element("li");
  item.append(button);
  return item;
}

async function show(message, button) {
  const answer = await fetch(`/messages/${message.seq}`);
  list.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  button.setAttribute("aria-current", "true");
  if (!answer.ok) {
    shown.replaceChildren(element("p", "This message is no longer kept."));
    return;
  }
  const full = await answer.json();
  const facts = element("dl");
  const pairs = [["To", full.to.join(", ")], ["Person", full.person ?? "–"], ["Since its fact", latency(full)], ["Id", full.id]];
  for (const [label, value] of pairs.concat(full.headers.filter(([name]) => /^(from|subject|date)$/i.test(name)))) {
    facts.append(element("dt", label), element("dd", value));
  }
  const parts = [facts];
  if (full.html !== null) {
    const frame = element("iframe");
    frame.setAttribute("sandbox", "");
    frame.title = "The message as HTML";
    frame.src = `/messages/${full.seq}/html`;
    parts.push(frame);
  }
  parts.push(element("pre", full.text ?? ""));
  shown.replaceChildren(...parts);
}

function batch(one) {
  const line = element("p", `Batch ${one.number}, letters: ${one.letters}, printed ${new Date(one.printed_at).toLocaleString()}: `);
  for (const [label, name] of [["PDF", one.pdf], ["manifest", one.manifest]]) {
    const link = element("a", label);
    link.href = `/letters/${name}`;
    link.target = "_blank";
    link.rel = "noopener";
    line.append(link, " ");
  }
  return line;
}

async function refreshLetters() {
  try {
    const found = (await (await fetch("/letters")).json()).batches;
    letters.hidden = found.length === 0;
    if (found.length !== letters.childElementCount - 1) {
      letters.replaceChildren(element("h2", "Letters printed"), ...found.map(batch));
    }
  } catch {
    letters.hidden = true;
  }
  setTimeout(refreshLetters, 5 * EVERY_MS);
}

async function refresh() {
  try {
    const answer = await fetch(`/messages?after=${last}&limit=${SHOWN}`);
    const news = await answer.json();
    if (news.kept === 0) list.replaceChildren();
    for (const message of news.messages) list.prepend(row(message));
    while (list.children.length > SHOWN) list.lastElementChild.remove();
    last = news.last;
    totals.textContent = `${news.last} arrived, ${news.copies} copies, ${news.repeats} repeated SMS taken once.`;
  } catch {
    totals.textContent = "The mailbox does not answer.";
  }
  setTimeout(refresh, EVERY_MS);
}

refresh();
refreshLetters();
