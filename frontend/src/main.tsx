/** The entry: TensorBoard imports this module into an iframe and calls `render`. */

import "./ui/tokens.css";
import "./ui/blocks.css";
import "./ui/controls.css";
import "./ui/slider.css";
import { render as draw } from "preact";
import { App } from "./app";
import { boot } from "./boot";
import { listenForKeys } from "./keys";

/** Draws the page into the document, once its style sheet is there. */
export async function render(): Promise<void> {
  document.documentElement.lang = "en";
  document.title = "Dice";
  await styles();
  boot();
  listenForKeys();
  draw(<App />, document.body);
}

function styles(): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = import.meta.url.replace(/index\.js(?=$|[?#])/, "index.css");
  return new Promise((resolve) => {
    link.onload = () => resolve();
    link.onerror = () => resolve(); // a page without style is better than none
    document.head.append(link);
  });
}
