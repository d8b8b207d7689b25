// A file of the API as a download: it needs the session's token, so no plain link can fetch it.

/** Fetch and hand over to the browser under the name that the server gave. */
export async function download(session, path) {
  const response = await session.request(path);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "cases";
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // some browsers still read it after the click
}
