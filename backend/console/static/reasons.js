// Why something did not work, in words for people: the server's own where it gave any.
import { CannotSign } from "./device_key.js";
import { NoNetwork, Problem } from "./session.js";
import { word } from "./words.js";

export function reasonOf(error) {
  if (error instanceof CannotSign) return word(error.word);
  if (error instanceof NoNetwork) return word("no_network");
  if (error instanceof Problem) return error.message || word("bad_answer", { status: error.status });
  throw error;
}
