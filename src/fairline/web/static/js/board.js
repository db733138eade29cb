// Everything a public page needs; all of it works without.

import { startAttach } from "./attach.js";
import { startForms } from "./forms.js";
import { startKeep } from "./keep.js";
import { startLive } from "./live.js";
import { startSmall } from "./small.js";
import { startTimes } from "./times.js";
import { startWriting } from "./writing.js";

startForms();
startSmall();
startTimes();
startKeep();
startAttach();
startWriting();
startLive();
document.addEventListener("fairline:swapped", () => startAttach());
