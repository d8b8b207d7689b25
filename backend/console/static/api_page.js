// The browsable API: Swagger UI from this server, with the session of this browser at hand.
import { Session } from "./session.js";
import { timeOfDay, word } from "./words.js";

const session = new Session();
const button = document.getElementById("authorise");
const note = document.getElementById("authority");

const ui = globalThis.SwaggerUIBundle({
  url: document.getElementById("swagger").dataset.spec,
  dom_id: "#swagger",
  presets: [globalThis.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null, // the badge would send our address to an outside service
  syntaxHighlight: { activated: true },
});

async function authorise() {
  ui.preauthorizeApiKey("bearer", await session.token());
  note.textContent = word("authorised_as", { login: session.user.login, time: timeOfDay(new Date(session.expiresAt), { seconds: false }) });
}

const signedIn = await session.resume().catch(() => false);
if (signedIn) {
  note.textContent = "";
  button.hidden = false;
  button.textContent = word("authorise_as", { login: session.user.login });
  button.addEventListener("click", authorise);
}
