// Signing in, staying signed in, signing out. The access token lives in memory; the refresh token is worthless without the key.
import { glossary } from "./words.js";
import { deviceKey, deviceName, forget, forgetKey, keep, loginMessage, recall, refreshMessage, sign } from "./device_key.js";

const API = "/api/v1";
const RENEW_BEFORE_MS = 60_000;
const LOCK = "qala-refresh"; // tabs share one refresh token: they renew it one after the other

/** An answer that is not a success, in the server's words. */
export class Problem extends Error {
  constructor(status, body, retryAfterS = null) {
    super(body?.detail ?? "");
    this.status = status;
    this.type = String(body?.type ?? "").replace("urn:qala:problem:", "");
    this.retryAfterS = retryAfterS;
  }
}

/** The server did not answer at all. */
export class NoNetwork extends Error {}

async function call(path, { method = "GET", body, token, headers = {}, signal } = {}) {
  let response;
  try {
    response = await fetch(API + path, {
      method,
      signal,
      cache: "no-store",
      credentials: "omit",
      headers: {
        "Accept-Language": glossary.language,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NoNetwork(String(error));
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => null);
    throw new Problem(response.status, problem, Number(response.headers.get("Retry-After")) || null);
  }
  return response;
}

const post = async (path, body, token) => (await call(path, { method: "POST", body, token })).json();

export class Session extends EventTarget {
  #token = null; // {text, expiresAt}
  user = null;
  deviceId = null;
  isLeaving = false; // signing out on purpose: the end of the session is then no news

  /** Take up the session that this browser holds; false when there is none. Throws NoNetwork when nobody can tell. */
  async resume() {
    const kept = await recall("session").catch(() => null);
    if (!kept) return false;
    try {
      await this.#renew();
      return true;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return false;
      throw error;
    }
  }

  /** Sign in with login and password; this browser's key proves which device it is. */
  async signIn(login, password) {
    const key = await deviceKey(login);
    const { nonce } = await post("/auth/nonce");
    const signature = await sign(key, loginMessage(login, nonce));
    let tokens;
    try {
      tokens = await post("/auth/login", { login, password, device_key: key.publicKey, device_name: deviceName(), nonce, signature });
    } catch (error) {
      if (["device-revoked", "device-taken"].includes(error.type)) await forgetKey(login); // the next try makes a new one
      throw error;
    }
    await this.#accept(tokens, login);
  }

  /** End this session, here and on the server. */
  async signOut() {
    this.isLeaving = true;
    try {
      await this.request("/auth/logout", { method: "POST" });
    } finally {
      await this.#end();
      this.isLeaving = false;
    }
  }

  /** End every session of this user; returns how many there were. */
  async signOutEverywhere() {
    this.isLeaving = true;
    try {
      const { sessions } = await (await this.request("/auth/logout-everywhere", { method: "POST" })).json();
      await this.#end();
      return sessions;
    } finally {
      this.isLeaving = false;
    }
  }

  /** A JSON answer of the API. */
  async get(path) {
    return (await this.request(path)).json();
  }

  /** A request as this user; a token that has just run out is renewed once. */
  async request(path, options = {}) {
    try {
      return await call(path, { ...options, token: await this.token() });
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      await this.#renew();
      return call(path, { ...options, token: this.#token.text });
    }
  }

  /** An access token that is good for a while. */
  async token() {
    if (!this.#token || this.#token.expiresAt - Date.now() < RENEW_BEFORE_MS) await this.#renew();
    return this.#token.text;
  }

  get expiresAt() {
    return this.#token?.expiresAt ?? null;
  }

  async #renew() {
    const renew = async () => {
      const kept = await recall("session");
      if (!kept) throw new Problem(401, null);
      const { nonce } = await post("/auth/nonce");
      const signature = await sign(await deviceKey(kept.login), refreshMessage(kept.refreshToken, nonce));
      await this.#accept(await post("/auth/refresh", { refresh_token: kept.refreshToken, nonce, signature }), kept.login);
    };
    try {
      await (navigator.locks ? navigator.locks.request(LOCK, renew) : renew());
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        await this.#end();
        this.dispatchEvent(new Event("ended"));
      }
      throw error;
    }
  }

  async #accept(tokens, login) {
    // The server's times are compared with this machine's clock only as a span, so a wrong clock does no harm.
    const lifeMs = lifeOf(tokens.access_token) ?? RENEW_BEFORE_MS * 2;
    this.#token = { text: tokens.access_token, expiresAt: Date.now() + lifeMs };
    this.user = tokens.user;
    this.deviceId = tokens.device_id;
    await keep("session", { login, refreshToken: tokens.refresh_token, deviceId: tokens.device_id });
  }

  async #end() {
    this.#token = this.user = this.deviceId = null;
    await forget("session").catch(() => null);
  }
}

function lifeOf(token) {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return (claims.exp - claims.iat) * 1000;
  } catch {
    return null;
  }
}
