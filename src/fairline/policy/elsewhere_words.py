"""The words `elsewhere.py` goes by, in five languages: ways to send away, and ways to say nothing.

Every gap in a pattern is bounded, so that no text makes it slow.
"""

import re


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in words), re.IGNORECASE)


_MAIL = r"[^\s@]{1,64}@[^\s@]{1,64}\.\w"
_PLEASE = r"\b(?:bitte|sie|du|dich|dir|euch)\b"
_DE_WHO = (
    r"(?:uns|hotline|kundenservice|kundendienst|support|abteilung|bank|versand\w{0,20}|spedition|"
    r"paketdienst|post|dhl|hersteller|händler|verkäufer|filiale|versicherung|\+?\d[\d /-]{4,})\b"
)
_FR_WHO = (
    r"(?:nous|service|banque|transporteur|livreur|vendeur|fabricant|magasin|équipe|support|"
    r"assurance|"
    r"\+?\d[\d .-]{4,})"
)
_ES_WHO = (
    r"(?:nosotros|servicio|banco|transportista|mensajería|vendedor|fabricante|tienda|equipo|"
    r"soporte|"
    r"departamento|seguro|\+?\d[\d .-]{4,})"
)
_NL_WHO = (
    r"(?:ons|klantenservice|afdeling|bank|vervoerder|bezorger|postnl|verkoper|fabrikant|"
    r"winkel|team|"
    r"verzekeraar|support|\+?\d[\d -]{4,})"
)
_EN_WHO = (
    r"(?:us|me|our|the|your|their|customer|support|another|a|an|in|at|on|using|\+?\(?\d[\d -]{2,}|"
    r"(?-i:LINK|[A-Z]\w+))\b"
)

# Tried in this order: the first that fits names the way.
WAYS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "message",
        _any(
            r"\b(?:dm|dms|pm us|pb|pn|direct message|private message)\b",
            r"\b(?:send|drop|shoot|leave|slide)\b(?: it| this| us| me| over| a| an| your|"
            r" quick){0,4} "
            r"(?:message|note)\b",
            r"\bmessage (?:us|me)\b|\bchat (?:securely )?(?:with|in with|to) (?:us|me|our)",
            r"\b(?:live chat|chat team)\b",
            r"\b(?:schick|schreib|send)\w{0,4}\b.{0,30}\b(?:direktnachricht|privatnachricht|"
            r"private nachricht|nachricht)\b",
            r"\b(?:envoy|écri|contact|pass)\w{0,6}\b.{0,30}\b(?:mp|message privé|message)\b",
            r"\b(?:env[ií]|mánda|escr[ií]b)\w{0,7}\b.{0,30}\b(?:md|mensaje|privado)\b",
            r"\b(?:stuur|schrijf)\b.{0,30}\b(?:privébericht|bericht)\b",
        ),
    ),
    (
        "mail",
        _any(
            rf"\b(?:e-?mail|write(?: to)?|send|contact)\b.{{0,40}}{_MAIL}",
            r"\b(?:send|drop|shoot|write)(?: us| me){0,2} an? e-?mail\b|\be-?mail (?:us|our)\b",
            r"\bwrite to (?:us|our|the|your)\b",
            rf"\b(?:schreib|mail|schick|send|wend|kontakt)\w{{0,6}}\b.{{0,60}}(?:{_MAIL}|\be-?mail\b)",
            rf"\b(?:écri|envoy|contact)\w{{0,6}}\b.{{0,60}}(?:{_MAIL}|\be-?mail\b|\bcourriel\b)",
            rf"\b(?:escr[ií]b|env[ií]|contact)\w{{0,7}}\b.{{0,60}}(?:{_MAIL}|\bcorreo\b|\be-?mail\b)",
            rf"\b(?:mail|schrijf|stuur)\b.{{0,60}}(?:{_MAIL}|\be-?mail\b)|\bmail ons\b",
        ),
    ),
    (
        "form",
        _any(
            r"\b(?:use|using|fill|complete|submit|visit|via|through|see|create|make|raise|open|log|"
            r"file|go to)\b.{0,40}\b(?:form|contact page|contact us|ticket|request|"
            r"help (?:site|cent(?:er|re)|page)|support page)\b",
            r"\b(?:nutz|benutz|verwend|füll|besuch)\w{0,4}\b.{0,50}"
            r"(?:formular|kontaktseite|hilfeseite|hilfe-?center)\b",
            r"\b(?:utilis|rempli|pass|visit|consult)\w{0,6}\b.{0,50}"
            r"\b(?:formulaire|page de contact|centre d'aide)\b",
            r"\b(?:utili[cz]|us[ea]|rellen|complet|visit)\w{0,4}\b.{0,50}"
            r"\b(?:formulario|página de contacto|centro de ayuda)\b",
            r"\b(?:gebruik|vul|bezoek|ga naar)\b.{0,50}"
            r"(?:formulier|contactpagina|helpcentrum|hulppagina)\b",
        ),
    ),
    (
        "phone",
        _any(
            rf"\b(?:call(?:ing)?|phone|ring(?:ing)?|telephone) {_EN_WHO}",
            r"\bgive (?:us|our|the|them)\b.{0,20}\b(?:call|ring)\b|\bphone support\b",
            rf"\bruf\w{{0,2}}\b.{{0,60}}\b(?:an\b|{_DE_WHO})",
            r"\b(?:appelez|appelle|appeler)\b",
            r"\bll[aá]m[ea]\w{0,3}\b",
            rf"\bbelt?\b.{{0,40}}\b{_NL_WHO}",
        ),
    ),
    (
        "others",
        _any(
            r"\b(?:contact(?:ing)?|reach(?:ing)?(?: out)?(?: to)?|get(?:ting)? in touch with|"
            r"get hold of|speak(?:ing)? (?:to|with)|talk(?:ing)? (?:to|with)|connect with|"
            rf"check with|ask(?:ing)?|turn to) (?:directly )?{_EN_WHO}",
            r"\b(?:tell us|reach us|meet us|join us|contact us)\b.{0,40}(?:LINK|\bthere\b)",
            r"\bfollow this link so\b|\bcontact (?:our|the|your)\b|\bsomething for our\b",
            r"\b(?:not|isn't|nothing) (?:\w+ ){0,3}(?:our|this) department\b",
            rf"\b(?:wend|kontaktier|frag|meld)\w{{0,4}}\b.{{0,60}}\b{_DE_WHO}",
            rf"\b(?:contact|adress|voy|demand)\w{{0,6}}\b.{{0,60}}\b{_FR_WHO}\b",
            r"\b(?:contacte[nz]?\w{0,3}|contáct\w{1,6}|diríja\w{1,3}|dirígete|comuníquese|"
            rf"póngase|ponte|consulte|pregunte|habl[ea])\b.{{0,60}}\b{_ES_WHO}",
            rf"\b(?:neem|vraag|ga|meld)\b.{{0,60}}\b(?:contact op|{_NL_WHO})\b",
        ),
    ),
)

# We do it ourselves, or have done it: nobody is sent anywhere.
OURS = _any(
    r"\b(?:we|i)(?:'ll| will|'ve| have|'re| are|'m| am)(?: \w+){0,2} (?:call|contact|phone|e-?mail|"
    r"write|ask|speak|talk|reach|replied|responded|answered|sent|asked|received|calling|contacting|"
    r"asking|reviewing|emailed|called|contacted|dm|dm'd)\b",
    r"\b(?:we|i) can (?:call|contact|dm|reach|e-?mail|ask)\b",
    r"\bcheck your (?:dms?|direct messages?|inbox|e-?mail)\b",
    r"\b(?:just|already) (?:sent|replied|responded|answered)\b|\bsent you\b",
    r"\b(?:wir|ich) (?:werden? )?(?:ruf|meld|schreib|schick|send|frag|wend|kontakt|hab)\w{0,6}\b",
    r"\b(?:meld|ruf|schreib|schick|frag|kontaktier)\w{0,4} (?:wir|ich)\b",
    r"\bnous (?:vous )?(?:avons|allons|appel|contact|écri|envo)\w{0,6} ",
    r"\b(?:hemos|vamos a|le llamaremos|le escribiremos|te llamaremos)\b",
    r"\b(?:wij|we|ik) (?:bellen|mailen|schrijven|hebben|nemen|bel|mail|schrijf|heb|neem|vragen)\b",
)

DONE = _any(
    r"\b(?:we|i)(?:'ve| have)(?: now| just| already| also)? (?:fixed|refunded|sent|changed|"
    r"cancell?ed|"
    r"shipped|updated|corrected|reset|replaced|credited|extended|moved|booked|resolved|asked|"
    r"passed|"
    r"ordered|paid|removed|added|forwarded|repaired|restored|checked)\b",
    r"\b(?:is|are|was|were|has been|have been|will be)(?: now| already)? (?:fixed|refunded|sent|"
    r"shipped|cancell?ed|resolved|corrected|replaced|credited|on its way|repaired|delivered|"
    r"back)\b",
    r"\b(?:haben|habe|hab|wurde|wurden|ist|wird)\b.{0,60}\b(?:behoben|erstattet|gelöst|verschickt|"
    r"storniert|geändert|korrigiert|ersetzt|gutgeschrieben|repariert|unterwegs|versendet|"
    r"geprüft)\b",
    r"\b(?:avons|ai|été|est)\b.{0,30}\b(?:corrigé|remboursé|résolu|envoyé|annulé|réparé|expédié|"
    r"remplacé|modifié|crédité|réglé|vérifié)",
    r"\b(?:hemos|he|ha sido|está)\b.{0,30}\b(?:corregido|reembolsado|resuelto|enviado|cancelado|"
    r"reparado|cambiado|arreglado|devuelto|solucionado)",
    r"\b(?:hebben|heb|is|zijn|wordt)\b.{0,60}\b(?:opgelost|terugbetaald|verzonden|geannuleerd|"
    r"hersteld|vervangen|gewijzigd|onderweg|gerepareerd|aangepast)\b",
)

# A clause before the redirect that only says why or when.
REASON = re.compile(
    r"\s*(?:if|so|to|for|as|since|while|when|because|in order|although|wenn|falls|um|damit|da|"
    r"weil|für|"
    r"bei|si|pour|afin|comme|para|como|cuando|por|als|om|voor|omdat)\b",
    re.IGNORECASE,
)
# Help, whatever politeness stands around it.
HELPS = _any(
    r"\b(?:LINK|steps?|articles?|guide|tips|try|tried|trying|restart|reset|settings|options|please "
    r"note|check out|ensure|you can|you could|you'll|takes?)\b",
    r"\b(?:schritte|artikel|versuchen|probieren|starten|einstellungen|sie können|du kannst|"
    r"dauert)\b",
    r"\b(?:étapes|essay\w{1,3}|redémarr\w{1,3}|paramètres|vous pouvez|tu peux)\b",
    r"\b(?:pasos|prueb\w{1,3}|intent\w{1,3}|reinici\w{1,3}|ajustes|puede|puedes|tarda)\b",
    r"\b(?:stappen|probeer|herstart|instellingen|u kunt|je kunt|duurt)\b",
)
# How to get there.
THERE = re.compile(
    r"\W*(?:\d\W|step \d|click|just click|select|enter|please follow these steps|open link|"
    r"for more "
    r"information|you (?:can|may) reach them)\b",
    re.IGNORECASE,
)
YES_OR_NO = re.compile(
    r"\W*(?:yes|no(?! worries| problem)|ja|nein|nee|oui|non|sí|si)\b", re.IGNORECASE
)

FILLER = _any(
    r"^\W*(?:hi|hey|hello|good (?:morning|afternoon|evening)|dear|welcome|oh no|thanks|thank you|"
    r"many thanks|kind regards|best regards|go ahead|(?:please )?(?:remember to|include|"
    r"be sure to)|"
    r"feel free|for more information|no worries)\b",
    r"\b(?:sorry|apologi[sz]e|apolog(?:y|ies)|regret|frustrat\w{2,5}|inconvenience|"
    r"disappoint\w{2,4}|"
    r"saddening|not (?:the|what|sound|good)|patience|understand your|sounds? (?:bad|awful))\b",
    r"\b(?:(?:happy|glad|delighted|hate|here|like|love|able|pleased|want|can|"
    r"will) (?:to )?(?:be able to )?"
    r"(?:help|assist|look|take (?:a |an )?(?:\w+ )?look|be |hear |know more|dig|work|check|"
    r"investigate|review|"
    r"connect|make sure|get (?:this|you|it)))\b",
    r"\blet(?:'s| us) (?:\w+ )?(?:dig|look|help|get|see|know)\b|\bhelp is here\b|"
    r"\bhelp has arrived\b",
    r"^\W*(?:unfortunately )?(?:we|i)(?: are|'re|'m| am)?(?: \w+)? (?:cannot|can't|unable|"
    r"not able)\b|"
    r"\b(?:limited to|not able to help|over social media|here on twitter|via this channel)\b",
    r"^\W*(?:hallo|guten (?:tag|morgen|abend)|liebe|lieber|sehr geehrte|vielen dank|danke|mit "
    r"freundlichen|viele grüße|beste grüße|herzliche)",
    r"\b(?:tut (?:uns|mir) leid|entschuldig\w{2,6}|bedauern|verzeihung|gerne? (?:weiter)?helfen|"
    r"unannehmlichkeiten|helfen (?:wir )?(?:ihnen|dir)|können wir (?:hier )?(?:leider )?nicht)\b",
    r"^\W*(?:bonjour|bonsoir|salut|cher|chère|merci|cordialement|bien à vous)\b",
    r"\b(?:désolée?s?|regrett\w{2,6}|excus\w{1,4}|navrée?s?|heureux de vous aider|pouvons pas)\b",
    r"^\W*(?:hola|buen[oa]s|estimad[oa]|gracias|muchas gracias|saludos|un saludo)\b",
    r"\b(?:lo sentimos|sentimos|lamentamos|lo siento|disculp\w{1,4}|encantad[oa]s? de ayudar|no "
    r"podemos)\b",
    r"^\W*(?:hoi|goede(?:morgen|middag|avond|ndag)|beste|geachte|bedankt|dank|"
    r"met vriendelijke|groet)",
    r"\b(?:spijt|vervelend|excuses|jammer|helpen (?:u|je) graag|graag helpen|kunnen (?:wij|we) "
    r"(?:hier )?niet)\b",
)
