// The question in colours, its brackets in pairs, where the cursor stands, and where a refused question went wrong.
// The box itself stays a plain one: the colours are painted below its letters, so that keys, undo, touch and screen
// readers are those of the browser.
(function () {
  "use strict";
  const box = document.getElementById("query");
  if (!box) return;
  const MOST = 20000; // characters; a longer question stays plain
  const KEYWORDS = /^(?:BASE|PREFIX|SELECT|CONSTRUCT|DESCRIBE|ASK|FROM|NAMED|WHERE|ORDER|BY|ASC|DESC|LIMIT|OFFSET|GROUP|HAVING|DISTINCT|REDUCED|OPTIONAL|GRAPH|UNION|FILTER|MINUS|BIND|VALUES|UNDEF|AS|IN|NOT|EXISTS|SERVICE|SILENT|COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT|SEPARATOR|STR|LANG|LANGMATCHES|DATATYPE|BOUND|IRI|URI|BNODE|RAND|ABS|CEIL|FLOOR|ROUND|CONCAT|STRLEN|UCASE|LCASE|ENCODE_FOR_URI|CONTAINS|STRSTARTS|STRENDS|STRBEFORE|STRAFTER|YEAR|MONTH|DAY|NOW|COALESCE|IF|STRLANG|STRDT|SAMETERM|ISIRI|ISURI|ISBLANK|ISLITERAL|ISNUMERIC|REGEX|SUBSTR|REPLACE|A|TRUE|FALSE)$/i;
  // In order: comment, address, string, variable, name with a prefix, number, word, bracket; all else stays as it is.
  const TOKENS = /(#[^\n]*)|(<[^<>"{}|^`\\\s]*>)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([?$]\w+)|([A-Za-z][\w-]*:[\w%.-]*[\w%-]|[A-Za-z][\w-]*:|:[\w-]+)|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]+)|([(){}[\]])/g;
  const KINDS = ["comment", "address", "string", "variable", "name", "number", "word", "bracket"];

  const frame = document.createElement("div");
  frame.className = "code";
  const paint = document.createElement("pre");
  paint.setAttribute("aria-hidden", "true");
  box.before(frame);
  frame.append(paint, box);
  const where = document.getElementById("cursor");

  function tokens(text) {
    return Array.from(text.matchAll(TOKENS), (m) => {
      let kind = KINDS[m.slice(1).findIndex((group) => group !== undefined)];
      if (kind === "word") kind = KEYWORDS.test(m[0]) ? "keyword" : "";
      return { start: m.index, text: m[0], kind };
    });
  }
  // The two brackets of the pair that the cursor stands beside, or the one that has no partner.
  function pair(found, at) {
    const brackets = found.filter((t) => t.kind === "bracket");
    const here = brackets.findIndex((t) => t.start === at || t.start === at - 1);
    if (here < 0) return [];
    const step = "({[".includes(brackets[here].text) ? 1 : -1;
    for (let i = here, depth = 0; i >= 0 && i < brackets.length; i += step) {
      depth += "({[".includes(brackets[i].text) ? 1 : -1;
      if (depth === 0) {
        const both = [...brackets[here].text, ...brackets[i].text].sort().join("");
        return ["()", "[]", "{}"].includes(both) ? [brackets[here].start, brackets[i].start] : [];
      }
    }
    return [];
  }
  // Where a refusal says that the question stops being one; only as long as it is the question that was refused.
  const refused = box.value;
  const told = /line (\d+), column (\d+)/.exec((document.getElementById("trouble") || {}).textContent || "");
  function wrong(text) {
    if (!told || text !== refused) return -1;
    const lines = text.split("\n");
    if (Number(told[1]) > lines.length) return -1;
    return lines.slice(0, told[1] - 1).join("\n").length + (told[1] > 1 ? 1 : 0) + Number(told[2]) - 1;
  }
  function piece(text, kind) {
    if (!kind) return document.createTextNode(text);
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    return span;
  }
  function draw() {
    box.style.height = "auto";
    box.style.height = box.scrollHeight + 2 + "px";
    const text = box.value;
    const before = text.slice(0, box.selectionStart).split("\n");
    where.hidden = false;
    where.textContent = "Ctrl and Enter ask, too. Line " + before.length + ", column " + (before[before.length - 1].length + 1) + ".";
    frame.classList.toggle("plain", text.length > MOST);
    if (text.length > MOST) { paint.textContent = ""; return; }
    const found = tokens(text);
    const both = document.activeElement === box && box.selectionStart === box.selectionEnd ? pair(found, box.selectionStart) : [];
    const stop = wrong(text);
    const parts = [];
    let at = 0;
    found.forEach((t) => {
      if (t.start > at) parts.push(piece(text.slice(at, t.start), stop >= at && stop < t.start ? "wrong" : ""));
      at = t.start + t.text.length;
      const marks = [t.kind, both.includes(t.start) ? "pair" : "", stop >= t.start && stop < at ? "wrong" : ""];
      parts.push(piece(t.text, marks.filter(Boolean).join(" ")));
    });
    parts.push(piece(text.slice(at) + "\n", stop >= at && stop < text.length ? "wrong" : ""));
    paint.replaceChildren(...parts);
  }

  box.addEventListener("input", draw);
  ["focus", "blur"].forEach((kind) => box.addEventListener(kind, draw));
  document.addEventListener("selectionchange", () => { if (document.activeElement === box) draw(); });
  addEventListener("resize", draw);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); box.form.requestSubmit(); }
  });
  draw();
})();
