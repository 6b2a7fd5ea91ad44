"""How a circulation's record looks, on screen and on A4; nothing comes from outside."""

STYLE = """
@page { size: A4; margin: 10mm 14mm; }
* { box-sizing: border-box; }
body { font: 9pt/1.3 "Liberation Sans", Arial, Helvetica, sans-serif; color: #1a1a1a;
  max-width: 180mm; margin: 10mm auto; padding: 0 4mm; }
header { border-bottom: 1.5pt solid #1a1a1a; margin-bottom: 2mm; }
header p { margin: 0; color: #444; }
h1 { font-size: 15pt; line-height: 1.2; margin: 0.5mm 0 1mm; }
h2 { font-size: 11pt; margin: 3mm 0 1mm; break-after: avoid; }
.outcome { font-weight: bold; margin: 0 0 2mm; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25mm 2mm 0.25mm 0;
  overflow-wrap: anywhere; }
.facts th { width: 36mm; font-weight: normal; color: #444; }
.list th { border-bottom: 0.75pt solid #1a1a1a; overflow-wrap: normal; }
.list td { border-bottom: 0.4pt solid #bbb; }
.list .when { white-space: nowrap; }
.list .who { min-width: 25mm; }
.list .name { min-width: 20mm; }
.list td { padding-top: 0.3mm; padding-bottom: 0.3mm; }
.history { font-size: 8pt; columns: 2; column-gap: 6mm; list-style: none; margin: 0; padding: 0; }
.history li { break-inside: avoid; padding: 0.1mm 0 0.1mm 6mm; text-indent: -6mm; }
.history .number { display: inline-block; width: 5mm; text-indent: 0; color: #666; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
code { font: 8pt "Liberation Mono", "Courier New", monospace; }
a { color: inherit; }
footer { margin-top: 3mm; border-top: 0.75pt solid #1a1a1a; padding-top: 2mm; color: #444;
  font-size: 8pt; break-inside: avoid; }
footer p { margin: 0 0 1mm; }
@media print { body { max-width: none; margin: 0; padding: 0; } }
"""
