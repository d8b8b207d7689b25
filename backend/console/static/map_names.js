// Names of streets along their lines, where there is room for them and no other name stands near.
const FONT = "12px";
const AGAIN_PX = 260; // the same name stands again no nearer
const APART_PX = 40; // two names
const SEEN_FROM = [0.12, 0.25, 0.5, 1]; // pixels a metre, by kind

/** Of each named line its longest straight piece: {name, kind, x, y, angle, length_m}, what matters most first. */
export function longestPieces({ lines, lons, lats }, plane) {
  const found = [];
  for (const { kind, name, at, points } of lines) {
    if (!name) continue;
    let best = null;
    for (let step = at; step < at + points - 1; step += 1) {
      const [x, y, nextX, nextY] = [plane.x(lons[step]), plane.y(lats[step]), plane.x(lons[step + 1]), plane.y(lats[step + 1])];
      const length = Math.hypot(nextX - x, nextY - y);
      if (!best || length > best.length_m) best = { name, kind, x: (x + nextX) / 2, y: (y + nextY) / 2, angle: Math.atan2(nextY - y, nextX - x), length_m: length };
    }
    found.push(best);
  }
  return found.sort((one, other) => one.kind - other.kind || other.length_m - one.length_m);
}

/** Draw the names that fit; the context counts in pixels of the view. */
export function drawNames(context, pieces, view, colours) {
  const box = view.box();
  const taken = [];
  context.font = `${FONT} ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  for (const piece of pieces) {
    if (view.scale < SEEN_FROM[piece.kind] || piece.x < box.west || piece.x > box.east || piece.y < box.north || piece.y > box.south) continue;
    const width = context.measureText(piece.name).width;
    if (piece.length_m * view.scale < 0.7 * width) continue;
    const [left, top] = [view.screenX(piece.x), view.screenY(piece.y)];
    if (taken.some((other) => Math.hypot(other.left - left, other.top - top) < (other.name === piece.name ? AGAIN_PX : APART_PX + 0.25 * (other.width + width)))) continue;
    taken.push({ left, top, width, name: piece.name });
    context.save();
    context.translate(left, top);
    context.rotate(Math.abs(piece.angle) > Math.PI / 2 ? piece.angle + Math.PI : piece.angle);
    context.strokeStyle = colours.halo;
    context.strokeText(piece.name, 0, 0);
    context.fillStyle = colours.text;
    context.fillText(piece.name, 0, 0);
    context.restore();
  }
}
