// The style sheet of reports.
export const STYLE = `:root {
  color-scheme: light dark;
  --page: #f6f8fa; --card: #ffffff; --ink: #1f2328; --muted: #57606a; --line: #d0d7de;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --card: #161b22; --ink: #e6edf3; --muted: #9198a1; --line: #30363d; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 880px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 28px; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 24px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 36px 0 12px; }
p { max-width: 68ch; margin: 0 0 12px; overflow-wrap: anywhere; }
figure {
  margin: 0 0 24px; padding: 12px; background: #ffffff; border: 1px solid var(--line); border-radius: 10px;
  overflow-x: auto;
}
figure svg { display: block; width: 100%; min-width: 560px; height: auto; margin: 0 auto; max-width: 1100px; }
.scroll {
  overflow-x: auto; margin: 24px 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
}
table { border-collapse: collapse; width: 100%; font-size: 14.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; font-size: 16px; padding: 14px 16px 10px; }
th, td { text-align: left; padding: 7px 16px; border-top: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-weight: 600; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
dl {
  margin: 0; padding: 4px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  font-size: 14.5px;
}
dl div { display: grid; grid-template-columns: minmax(120px, 30%) 1fr; gap: 16px; padding: 7px 0; }
dl div + div { border-top: 1px solid var(--line); }
dt { color: var(--muted); overflow-wrap: anywhere; }
dd { margin: 0; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media print {
  :root { --page: #ffffff; --card: #ffffff; --ink: #000000; --muted: #444444; --line: #bbbbbb; }
  main { padding: 0; max-width: none; }
  figure, .scroll, dl { break-inside: avoid; }
}
`
