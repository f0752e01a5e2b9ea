// Returns how many pieces of text were looked at, and those that are too small or too faint.
() => {
  const channels = (colour) => (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const unreadable = [];
  let lookedAt = 0;
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest("script, style, title, .unheard, .skip, details:not([open]) > :not(summary)")) continue;
    const style = getComputedStyle(element);
    if (!element.getClientRects().length || style.visibility === "hidden") continue;
    lookedAt += 1;
    const isDrawn = element.namespaceURI.endsWith("svg");
    const [one, other] = [luminance(channels(isDrawn ? style.fill : style.color)), luminance(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5 || parseFloat(style.fontSize) < 13) {
      unreadable.push(`${element.tagName} ${contrast.toFixed(2)} ${style.fontSize} ${element.textContent.slice(0, 40)}`);
    }
  }
  return [lookedAt, unreadable];
}
