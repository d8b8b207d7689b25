// Whose and which: names of staff and districts behind opaque ids, as far as this user may read them.
import { subjectOf } from "./entry.js";
import { glossary, word } from "./words.js";

const PAGES_MAX = 20;

export class Names {
  #session;
  #staff = new Map();
  #users = [];
  #districts = new Map();

  constructor(session) {
    this.#session = session;
  }

  /** Read what may be read; a role that may not read users still sees short ids. */
  async load() {
    this.#staff.clear();
    this.#districts.clear();
    const mayReadUsers = this.#session.user?.actions?.includes("users.read");
    const [districts, users] = await Promise.all([this.#session.get("/districts"), mayReadUsers ? allPages(this.#session, "/users") : []]);
    districts.items.forEach((district) => this.#districts.set(district.id, district[`name_${glossary.language}`]));
    users.forEach((user) => this.#staff.set(user.id, user.display_name));
    this.#users = users;
  }

  /** [id, name] of active staff of a district in some roles, by name; empty for who may not read users. */
  staffOf(districtId, roles) {
    const found = this.#users.filter((user) => roles.includes(user.role) && !user.disabled_at && !user.invited && user.district_ids.includes(districtId));
    return found.map((user) => [user.id, user.display_name]).sort(([, one], [, other]) => one.localeCompare(other, glossary.language));
  }

  actor(actor) {
    const id = actor.replace(/^user:/, "");
    if (id === this.#session.user?.id) return word("you");
    return this.#staff.get(id) ?? subjectOf(actor);
  }

  subject(subject) {
    const [type, id] = subject.split(":");
    if (type === "user") return this.actor(subject);
    if (type === "district" && this.#districts.has(id)) return `${subjectOf("district")} ${this.#districts.get(id)}`;
    return subjectOf(subject);
  }

  district(id) {
    return id ? (this.#districts.get(id) ?? subjectOf(`district:${id}`)) : word("city_wide");
  }

  /** The user's own districts in words. */
  ownDistricts(user) {
    if (user.role === "administrator") return word("all_districts");
    return user.district_ids.map((id) => this.district(id)).join(", ") || word("no_districts");
  }
}

/** Every item of a list that pages by cursor. */
export async function allPages(session, path) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await session.get(`${path}?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...answer.items);
    cursor = answer.next;
    if (!cursor) break;
  }
  return items;
}
