// Which letter was pressed, on a Latin keyboard or on the same key of a Russian or Kazakh one.

/** A lower-case Latin letter, or an empty text for other keys. */
export function letterOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : "";
}
