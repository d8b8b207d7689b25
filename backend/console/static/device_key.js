// This browser's device keys: one Ed25519 pair for each login, made here; the private half never leaves the browser.

const DATABASE = "qala";
const STORE = "kept"; // "key:<login>" -> {privateKey, publicKey}; "session" -> {login, refreshToken, deviceId}

/** Why a key cannot be made here; `word` names the explanation for people. */
export class CannotSign extends Error {
  constructor(name) {
    super(name);
    this.word = name;
  }
}

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new CannotSign("no_storage"));
  }).catch((error) => {
    opened = null;
    throw error instanceof CannotSign ? error : new CannotSign("no_storage");
  });
  return opened;
}

async function inStore(mode, act) {
  const transaction = (await database()).transaction(STORE, mode);
  const request = act(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(new CannotSign("no_storage"));
  });
}

/** What is kept under a name. */
export const recall = (name) => inStore("readonly", (store) => store.get(name));
/** Keep a value under a name. */
export const keep = (name, value) => inStore("readwrite", (store) => store.put(value, name));
/** Keep nothing under a name. */
export const forget = (name) => inStore("readwrite", (store) => store.delete(name));

/** Throw CannotSign where this page can never sign: told before anybody types a password. */
export function requireSecurePage() {
  if (!isSecureContext || !crypto.subtle) throw new CannotSign("insecure_page");
  if (!("indexedDB" in globalThis)) throw new CannotSign("no_storage");
}

/** The key pair of a login on this browser, made on first use. */
export async function deviceKey(login) {
  requireSecurePage();
  const known = await recall(`key:${login}`);
  if (known) return known;
  let pair;
  try {
    pair = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  } catch {
    throw new CannotSign("old_browser");
  }
  const publicKey = toBase64(await crypto.subtle.exportKey("raw", pair.publicKey));
  const made = { privateKey: pair.privateKey, publicKey };
  await keep(`key:${login}`, made);
  return made;
}

/** Forget a key that the server no longer takes. */
export const forgetKey = (login) => forget(`key:${login}`);

/** A base64 Ed25519 signature over a text; the texts are those of shared/proofs.py. */
export async function sign(key, text) {
  return toBase64(await crypto.subtle.sign({ name: "Ed25519" }, key.privateKey, new TextEncoder().encode(text)));
}

export const loginMessage = (login, nonce) => `qala-login-1\n${login}\n${nonce}`;
export const refreshMessage = (refreshToken, nonce) => `qala-refresh-1\n${refreshToken}\n${nonce}`;

function toBase64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

/** What this browser calls itself in the list of devices. */
export function deviceName() {
  const agent = navigator.userAgent;
  const brands = [["Edg/", "Edge"], ["OPR/", "Opera"], ["YaBrowser/", "Yandex Browser"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
  const systems = [["Android", "Android"], ["iPhone", "iOS"], ["iPad", "iPadOS"], ["Windows", "Windows"], ["Mac OS X", "macOS"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]];
  const find = (table) => table.find(([mark]) => agent.includes(mark))?.[1];
  return [find(brands) ?? "Browser", find(systems)].filter(Boolean).join(", ");
}
