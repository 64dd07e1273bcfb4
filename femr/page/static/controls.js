// The page's own controls, each in the place of a component of Gradio's: their value is the component's value, and they
// set off its `input` event. Built of the browser's own inputs, so keys and screen readers know them.
(() => {
  "use strict";
  let made = 0;

  /**
   * @param {string} tag
   * @param {string} css
   * @param {(Node | string)[]} children
   */
  function make(tag, css, ...children) {
    const element = document.createElement(tag);
    element.className = css;
    element.append(...children);
    return element;
  }

  /** @type {(type: string, settings: Partial<HTMLInputElement>) => HTMLInputElement} */
  const input = (type, settings) => {
    const made = document.createElement("input");
    made.type = type;
    Object.assign(made, settings);
    return made;
  };

  /** @type {(element: HTMLElement, value: unknown) => boolean} */
  function changed(element, value) {
    const text = JSON.stringify(value);
    if (element.dataset.told === text) return false;
    element.dataset.told = text;
    return true;
  }

  // One of several, or any number of them.
  /** @type {(one: boolean) => FemrControl} */
  const choice =
    (one) =>
    ({ element, props, trigger, watch }) => {
      const name = `femr-choice-${++made}`;
      const tell = () => trigger("input");
      const boxes = () => [...element.querySelectorAll("input")];
      function build() {
        const { caption, choices, faces } = props;
        if (!changed(element, [caption, choices, faces])) return;
        const focused = boxes().findIndex((each) => each === document.activeElement);
        const labels = choices.map(([text, value], n) => {
          const picture = faces?.[n] ? [document.createRange().createContextualFragment(faces[n])] : [];
          return make(
            "label",
            "",
            input(one ? "radio" : "checkbox", { name, value }),
            ...picture,
            make("span", "", text),
          );
        });
        const legend = make("legend", "", caption);
        element.replaceChildren(
          make("fieldset", one ? "femr-segments" : "femr-chips", legend, make("div", "", ...labels)),
        );
        boxes()[focused]?.focus({ preventScroll: true });
      }
      function show() {
        build();
        const chosen = [props.value ?? []].flat();
        for (const each of boxes()) each.checked = chosen.includes(each.value);
      }
      element.addEventListener("change", () => {
        const chosen = boxes().filter((each) => each.checked);
        props.value = one ? chosen[0]?.value : chosen.map((each) => each.value);
        if (element.closest("#femr-pick")) femr.look();
        else femr.busy();
        femr.inTurn(tell);
      });
      watch(["value", "caption", "choices", "faces"], show);
      show();
    };

  /** @type {FemrControl} */
  function slider({ element, props, trigger, watch }) {
    const { minimum, maximum } = props;
    const tell = () => trigger("input");
    const range = input("range", { min: String(minimum), max: String(maximum), step: "1" });
    const [caption, said] = [make("span", ""), make("span", "femr-said")]; // a label would take an `output` for its input
    element.replaceChildren(make("label", "femr-slider", caption, said, range));
    function show() {
      caption.textContent = props.caption;
      range.value = String(props.value);
      said.textContent = range.value;
    }
    range.addEventListener("input", () => (said.textContent = range.value));
    range.addEventListener("change", () => {
      props.value = Number(range.value);
      femr.busy();
      femr.inTurn(tell);
    });
    watch(["value", "caption"], show);
    show();
  }

  /** @type {FemrControl} */
  function toggle({ element, props, trigger, watch }) {
    const box = input("checkbox", { role: "switch" });
    const tell = () => trigger("input");
    const caption = make("span", "");
    element.replaceChildren(make("label", "femr-toggle-line", caption, box));
    function show() {
      caption.textContent = props.caption;
      box.checked = props.value === true;
    }
    box.addEventListener("change", () => {
      props.value = box.checked;
      if (element.closest("#femr-live-lock")) return; // nobody is asked
      femr.busy();
      femr.inTurn(tell);
    });
    watch(["value", "caption"], show);
    show();
  }

  /** @type {FemrControl} */
  function file({ element, props, trigger, watch, upload }) {
    const chooser = input("file", { accept: ".csv", className: "femr-unseen" });
    const caption = make("span", "");
    element.replaceChildren(make("label", "femr-quiet femr-file", caption, chooser));
    const show = () => (caption.textContent = props.caption);
    chooser.addEventListener("change", async () => {
      const chosen = chooser.files?.[0];
      if (!chosen) return;
      femr.busy();
      const sent = await upload(chosen).catch(() => null);
      chooser.value = "";
      if (!sent) return femr.lost();
      props.value = { path: sent.path, orig_name: chosen.name };
      femr.inTurn(() => trigger("upload"));
    });
    watch("caption", show);
    show();
  }

  femr.controls = { one: choice(true), many: choice(false), slider, toggle, file };
})();
