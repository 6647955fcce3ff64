/**
 * Colours and patterns. Every kind of bar has a pattern or an outline of its own and is labelled, so that nothing
 * rests on colour alone; the colours are told apart by colour-blind readers (Okabe and Ito). Print is always light.
 */

const LIGHT =
  "--paper:#ffffff;--ink:#1b1f24;--soft:#59636e;--rule:#8c959f;--grid:#d1d9e0;" +
  "--slot:#0072b2;--slot-fill:#cfe6f5;--other:#00795a;--other-fill:#d3efe5;--folio:#8a5a00;--folio-fill:#fbe9c0;" +
  "--mapped:#8f3f73;--mapped-fill:#f6dfec;--outside:#b3430a;--outside-fill:#ffe3d3;";

const DARK =
  "--paper:#12161c;--ink:#e8ecf1;--soft:#a5b0bc;--rule:#7d8894;--grid:#333c47;" +
  "--slot:#6cbcf0;--slot-fill:#12344b;--other:#4fd3ab;--other-fill:#0f3b30;--folio:#f0b840;--folio-fill:#43350f;" +
  "--mapped:#ee9fcb;--mapped-fill:#452338;--outside:#ff9a5c;--outside-fill:#4a2410;";

export const STYLE = `
svg{${LIGHT}}
@media (prefers-color-scheme: dark){svg{${DARK}}}
@media print{svg{${LIGHT}}}
.paper{fill:var(--paper)}
text{fill:var(--ink);font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.title{font-size:17px;font-weight:600}
.soft{fill:var(--soft)}
.mono,.mono tspan{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12.5px}
.name{font-weight:600}
.axis{stroke:var(--ink);stroke-width:1.5}
.grid{stroke:var(--grid);stroke-dasharray:2 3}
.gap{fill:var(--paper)}
.cut{stroke:var(--rule);stroke-width:1.5}
.fault{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
.arrow{fill:var(--ink)}
.slot{fill:var(--slot-fill);stroke:var(--slot);stroke-width:2}
.other{fill:url(#dots);stroke:var(--other);stroke-width:2}
.folio{fill:var(--folio-fill);stroke:var(--folio);stroke-width:2}
.mapped{fill:url(#lines);stroke:var(--mapped);stroke-width:2}
.meant{fill:none;stroke:var(--mapped);stroke-width:2;stroke-dasharray:6 4}
.outside{fill:url(#hatch);stroke:var(--outside);stroke-width:3}
.label{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.wrong{fill:var(--outside);font-weight:600}
.hatch{stroke:var(--outside);stroke-width:3}.hatch-under{fill:var(--outside-fill)}
.dots{fill:var(--other)}.dots-under{fill:var(--other-fill)}
.lines{stroke:var(--mapped);stroke-width:1}.lines-under{fill:var(--mapped-fill)}
`;

export const PATTERNS =
  '<pattern id="hatch" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect class="hatch-under" width="9" height="9"/><line class="hatch" x1="0" y1="0" x2="0" y2="9"/></pattern>' +
  '<pattern id="dots" width="8" height="8" patternUnits="userSpaceOnUse">' +
  '<rect class="dots-under" width="8" height="8"/><circle class="dots" cx="2" cy="2" r="1.2"/></pattern>' +
  '<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse">' +
  '<rect class="lines-under" width="6" height="6"/><line class="lines" x1="0" y1="3" x2="6" y2="3"/></pattern>';
