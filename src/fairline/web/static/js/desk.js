// Everything the desk needs besides what public pages have.

import "./board.js";
import { startComposer } from "./composer.js";
import { startJudge } from "./judge.js";
import { startKeys } from "./keys.js";
import { startOutlook } from "./outlook.js";
import { startPalette } from "./palette.js";
import { startPresence } from "./presence.js";

startComposer();
startJudge();
startKeys();
startOutlook();
startPalette();
startPresence();
// A timeline is read from its end.
for (const log of document.querySelectorAll("[data-stick]")) log.scrollTop = log.scrollHeight;
