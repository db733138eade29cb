"""What mail programs write around quoted mail, in the languages they are translated to.

Tables only; `quoting.py` and `signatures.py` do the thinking. Collected from the programs' own
translations (Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Samsung, Lotus, Proton, QQ).
"""

# ruff: noqa: RUF001 (these letters are other alphabets, not look-alikes)

# "On <date>, <person> wrote:" - the verb decides, for the words around it vary with the program.
WROTE = (
    # Germanic
    "wrote", "writes", "sent", "quoting", "schrieb", "schrieben", "zitat von",
    "schreef", "geschreven", "skrev", "skreiv", "skrifaði", "het geskryf",
    # Romance
    "a écrit", "écrit", "escribió", "escribiu", "va escriure", "ha escrit", "escreveu",
    "ha scritto", "scrive", "a scris",
    # Slavic and Baltic
    "napisał", "napisała", "napisał(a)", "pisze", "napsal", "napsala", "napsal(a)", "napísal",
    "napísala", "napísal(a)", "napisao je", "napisala je", "je napisao", "je napisala",
    "je napisao/la", "napisao/la je", "je napisal", "je napisal(a)", "је написао", "је написала",
    "написал", "написала", "написал(а)", "написал(a)", "писал", "писал(а)", "пишет", "пише",
    "написав", "написала(в)", "написа", "напиша", "parašė", "rašė", "rakstīja",
    # Finno-Ugric, Turkic, Greek, Basque
    "kirjoitti", "kirjutas", "írta", "ezt írta", "yazdı", "şunu yazdı", "şunları yazdı", "έγραψε",
    "idatzi zuen",
    # Semitic and Persian
    "כתב", "כתבה", "כתב/ה", "كتب", "كتبت", "نوشت",
    # Asian
    "写道", "寫道", "写到", "寫", "さんは書きました", "さんが書きました", "は書きました",
    "のメッセージ", "작성", "님이 작성", "썼습니다", "đã viết", "menulis", "tulis", "เขียนว่า",
    "लिखा", "isinulat ni",
)  # fmt: skip

# The word such a line begins with.
OPENERS = (
    "on", "am", "um", "le", "el", "il", "em", "a", "op", "w dniu", "dnia", "den", "på", "de",
    "dne", "dňa", "în", "pe data de", "pe", "la", "на", "у", "в", "στις", "vào", "pada", "kl",
    "dana", "ב", "בתאריך", "في", "در", "在", "於", "于", "ngày", "เมื่อ", "em qua", "el dia",
    "o dia", "il giorno", "kuupäeval", "data", "v", "missatge de", "quoting", "zitat von", "at",
    "in message",
)  # fmt: skip

# Fields of the block that Outlook puts above what it quotes.
FROM_LABELS = (
    "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "nadawca", "odesílatel",
    "feladó", "expéditeur", "remitente", "de la", "от", "від", "от кого", "από", "kimden",
    "gönderen", "מאת", "من", "از", "发件人", "寄件者", "差出人", "送信者", "보낸 사람",
    "보낸사람", "từ", "dari", "จาก", "nuo", "no", "saatja", "desde", "mittente", "afsender",
    "avsändare", "avsender", "afzender", "pošiljatelj", "šalje", "frá", "igorlea",
)  # fmt: skip
DATE_LABELS = (
    "sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "enviado", "enviado el",
    "enviada", "enviado em", "enviada em", "fecha", "data", "inviato", "data invio", "verzonden",
    "skickat", "sendt", "lähetetty", "päivämäärä", "wysłano", "odesláno", "odoslané", "dátum",
    "elküldve", "küldve", "trimis", "отправлено", "дата", "надіслано", "изпратено", "στάλθηκε",
    "ημερομηνία", "tarih", "gönderildi", "gönderilme tarihi", "gönderme tarihi", "נשלח", "תאריך",
    "تاريخ", "تاريخ الإرسال", "أرسلت", "发送时间", "发送日期", "日期", "寄件日期", "送信日時",
    "日時", "日付", "보낸 날짜", "날짜", "đã gửi", "ngày", "dikirim", "tanggal", "ส่ง", "วันที่",
    "dato", "saadetud", "kuupäev", "išsiųsta", "nosūtīts", "poslano", "poslato", "geschickt",
    "envoyée", "data/ora", "päiväys", "time",
)  # fmt: skip
TO_LABELS = (
    "to", "an", "à", "a", "para", "aan", "till", "til", "vastaanottaja", "do", "komu", "címzett",
    "către", "кому", "до", "προς", "kime", "alıcı", "אל", "إلى", "به", "收件人", "收件者", "宛先",
    "받는 사람", "받는사람", "đến", "tới", "kepada", "ถึง", "kam", "kellele", "za", "prima",
    "destinataire", "destinatario", "per", "empfänger", "cc", "kopie", "kopia", "copie", "copia",
    "kopi", "dw", "копия", "копія", "抄送", "副本", "참조", "bilgi", "pour", "prejemnik",
)  # fmt: skip
SUBJECT_LABELS = (
    "subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "ämne", "emne",
    "aihe", "temat", "předmět", "predmet", "tárgy", "subiect", "тема", "относно", "θέμα", "konu",
    "נושא", "الموضوع", "موضوع", "主题", "主題", "主旨", "件名", "제목", "chủ đề", "perihal",
    "subjek", "เรื่อง", "tema", "teema", "zadeva", "naslov", "assumpte", "gaia", "efni", "subj",
)  # fmt: skip

# Between dashes: what follows is the mail that is answered.
ORIGINAL_MESSAGE = (
    "original message", "original", "original mail", "original email", "original e-mail",
    "reply message", "ursprüngliche nachricht", "antwort nachricht", "originalnachricht",
    "ursprüngliche e-mail", "original-nachricht", "originalmeddelande", "ursprungligt meddelande",
    "oprindelig meddelelse", "oprindelig besked", "opprinnelig melding", "original melding",
    "message d'origine", "message original", "message initial", "mensaje original",
    "mensagem original", "messaggio originale", "messaggio originario", "oorspronkelijk bericht",
    "origineel bericht", "oorspronkelijke bericht", "alkuperäinen viesti", "wiadomość oryginalna",
    "oryginalna wiadomość", "původní zpráva", "původní e-mail", "pôvodná správa",
    "eredeti üzenet", "mesaj original", "mesajul original", "исходное сообщение",
    "исходное письмо", "оригинальное сообщение", "оригінальне повідомлення",
    "вихідне повідомлення", "оригинално съобщение", "αρχικό μήνυμα", "orijinal mesaj",
    "özgün ileti", "orijinal ileti", "הודעה מקורית", "الرسالة الأصلية", "پیام اصلی", "原始邮件",
    "原始郵件", "原始信件", "元のメッセージ", "원본 메시지", "원본 메일", "원본메시지",
    "tin nhắn gốc", "thư gốc", "pesan asli", "ข้อความต้นฉบับ", "missatge original",
    "izvorna poruka", "izvirno sporočilo", "originalna poruka", "algne kiri",
    "originalus laiškas", "jatorrizko mezua", "mensaxe orixinal",
)  # fmt: skip

# What follows is passed on: it is the point of the mail, not its history.
FORWARDED = (
    "forwarded message", "forwarded by", "begin forwarded message", "forward header",
    "forwarded mail", "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
    "weitergeleitete mail", "message transféré", "début du message transféré",
    "début du message réexpédié", "message réexpédié", "mensaje reenviado",
    "inicio del mensaje reenviado", "mensagem encaminhada", "início da mensagem reencaminhada",
    "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht",
    "begin doorgestuurd bericht", "vidarebefordrat meddelande", "vidarebefordrat brev",
    "videresendt meddelelse", "videresendt melding", "videresendt besked", "välitetty viesti",
    "przekazana wiadomość", "wiadomość przekazana", "přeposlaná zpráva", "přeposlaný e-mail",
    "preposlaná správa", "továbbított üzenet", "mesaj redirecționat", "пересылаемое сообщение",
    "пересланное сообщение", "начало переадресованного сообщения", "переслане повідомлення",
    "препратено съобщение", "προωθημένο μήνυμα", "iletilen mesaj", "yönlendirilmiş ileti",
    "הודעה שהועברה", "رسالة محولة", "转发邮件", "轉寄郵件", "转发的邮件", "转发的消息",
    "転送メッセージ", "전달된 메시지", "thư đã chuyển tiếp", "pesan terusan", "missatge reenviat",
    "proslijeđena poruka", "posredovano sporočilo",
)  # fmt: skip

# "Reply above this line", as help desks ask for it.
REPLY_ABOVE = (
    "reply above this line", "reply above the line", "type your reply above",
    "write your reply above", "type above this line", "reply above this message",
    "respond above this line", "write above this line", "reply on top of this line",
    "enter your reply above", "do not write below this line", "do not write beneath this line",
    "do not type below this line", "please do not write below this line", "add your reply above",
    "replies above this line", "answer above this line", "oberhalb dieser zeile",
    "über dieser linie", "über dieser zeile", "unter dieser zeile nichts",
    "au-dessus de cette ligne", "ci-dessus de cette ligne", "encima de esta línea",
    "arriba de esta línea", "sobre esta línea", "acima desta linha", "acima dessa linha",
    "sopra questa riga", "sopra questa linea", "boven deze regel", "boven deze lijn",
    "ovanför denna rad", "ovanför den här raden", "over denne linje", "over denne linjen",
    "tämän rivin yläpuolelle", "powyżej tej linii", "nad tą linią", "nad tímto řádkem",
    "nad tento řádek", "nad týmto riadkom", "e sor fölé", "e fölé a sor fölé",
    "deasupra acestei linii", "выше этой линии", "выше этой строки", "над этой линией",
    "вище цього рядка", "над този ред", "πάνω από αυτή τη γραμμή", "bu satırın üzerine",
    "bu satırın üstüne", "bu çizginin üzerine", "מעל שורה זו", "فوق هذا السطر", "在此行上方",
    "在此线上方", "在這行上方", "この行より上", "この線より上", "이 줄 위에", "trên dòng này",
    "di atas baris ini", "per sobre d'aquesta línia", "iznad ove linije", "nad to vrstico",
)  # fmt: skip

# Lines that a telephone or a program adds under what a person wrote.
SENT_FROM = (
    "sent from", "from my iphone", "from my ipad", "from my android", "yahoo mail: search",
    "sent via", "sent using", "sent with", "sent by", "get outlook for", "get bluemail",
    "via mobile", "sent through", "von meinem", "gesendet von", "gesendet mit", "gesendet über",
    "diese nachricht wurde von meinem", "outlook für", "holen sie sich outlook", "envoyé de",
    "envoyé depuis", "envoyé à partir", "envoyé avec", "télécharger outlook", "obtenir outlook",
    "enviado desde", "enviado de", "enviado do", "enviado con", "enviado com", "enviada do",
    "enviado a partir", "obtener outlook", "obter o outlook", "obtenga outlook", "inviato da",
    "inviato dal", "inviato con", "ottieni outlook", "scarica outlook", "verstuurd vanaf",
    "verzonden vanaf", "verstuurd met", "verzonden met", "verzonden via", "outlook downloaden",
    "outlook voor", "skickat från", "skickades från", "hämta outlook", "sendt fra",
    "hent outlook", "få outlook", "lähetetty", "hanki outlook", "wysłane z", "wysłano z",
    "pobierz outlook", "odesláno z", "odesláno pomocí", "získat outlook", "odoslané z", "küldve",
    "elküldve", "az outlook", "trimis de pe", "trimis din", "отправлено с", "отправлено из",
    "отправлено от", "надіслано з", "надіслано від", "изпратено от", "στάλθηκε από",
    "iphone'umdan", "ipad'imden", "şuradan gönderildi", "نُشر من", "أُرسلت من", "أرسلت من",
    "מה-iphone שלי", "נשלח מ", "发自我的", "从我的", "從我的", "寄自", "傳自", "来自我的",
    "iphoneから送信", "から送信", "의 iphone에서 보냄", "나의 iphone", "gửi từ", "dikirim dari",
    "ส่งจาก", "enviat des", "poslano s", "poslano iz", "saadetud minu", "išsiųsta iš",
    "nosūtīts no",
)  # fmt: skip

# How a letter ends: the name after it belongs to the letter, what follows to the signature.
CLOSINGS = (
    "best", "best regards", "kind regards", "regards", "warm regards", "many thanks", "thanks",
    "thank you", "thanks again", "cheers", "sincerely", "yours sincerely", "yours faithfully",
    "yours truly", "kindest regards", "best wishes", "rgds", "br", "thx", "thanks and regards",
    "with kind regards", "all the best", "mit freundlichen grüßen", "mit freundlichen grüssen",
    "freundliche grüße", "viele grüße", "liebe grüße", "beste grüße", "herzliche grüße", "mfg",
    "vg", "lg", "gruß", "grüße", "danke", "vielen dank", "schöne grüße", "cordialement",
    "bien cordialement", "merci", "salutations", "bien à vous", "sincères salutations", "saludos",
    "un saludo", "saludos cordiales", "atentamente", "gracias", "muchas gracias",
    "un cordial saludo", "atenciosamente", "obrigado", "obrigada", "cumprimentos", "abraços",
    "abraço", "com os melhores cumprimentos", "cordiali saluti", "distinti saluti", "saluti",
    "grazie", "un saluto", "met vriendelijke groet", "vriendelijke groeten", "groeten",
    "groetjes", "mvg", "bedankt", "med vänlig hälsning", "vänliga hälsningar", "hälsningar",
    "mvh", "tack", "med venlig hilsen", "venlig hilsen", "hilsen", "med vennlig hilsen",
    "vennlig hilsen", "takk", "tak", "ystävällisin terveisin", "terveisin", "kiitos",
    "pozdrawiam", "z poważaniem", "dziękuję", "s pozdravem", "děkuji", "s pozdravom", "ďakujem",
    "üdvözlettel", "köszönöm", "cu stimă", "mulțumesc", "с уважением", "спасибо", "з повагою",
    "дякую", "με εκτίμηση", "ευχαριστώ", "saygılarımla", "teşekkürler", "iyi günler", "בברכה",
    "תודה", "مع تحياتي", "شكرا", "此致", "谢谢", "よろしくお願いします", "감사합니다",
)  # fmt: skip

# A notice that companies append; nobody wrote it for this mail.
DISCLAIMERS = (
    "this e-mail and any", "this email and any", "this e-mail may contain",
    "this email may contain", "this message and any attachment",
    "this message contains confidential", "this e-mail is confidential",
    "this email is confidential", "the information contained in this",
    "the information in this e-mail", "the information in this email", "confidentiality notice",
    "notice: this communication", "this communication and its attachments",
    "this e-mail is intended only", "this email is intended only",
    "this e-mail message is intended", "if you are not the intended recipient", "disclaimer",
    "please consider the environment", "before printing, think",
    "diese e-mail enthält vertrauliche", "diese e-mail kann vertrauliche",
    "diese nachricht enthält vertrauliche", "diese e-mail ist vertraulich",
    "der inhalt dieser e-mail ist", "ce message et ses pièces jointes",
    "ce message et toutes les pièces", "ce courriel et", "cet e-mail et",
    "este mensaje y sus archivos", "este mensaje y los ficheros", "este correo electrónico",
    "este mensaje contiene información confidencial", "esta mensagem pode conter",
    "esta mensagem e seus anexos", "este e-mail e", "questo messaggio e", "questa e-mail e",
    "le informazioni contenute", "dit e-mailbericht", "deze e-mail en",
    "dit bericht is uitsluitend", "niniejsza wiadomość", "treść tej wiadomości", "tento e-mail a",
    "bu e-posta", "это сообщение", "данное сообщение", "denna e-post", "denne e-mail",
)  # fmt: skip
