"""Words by which a public post is told from chatter, in English, German, French, Spanish, Italian.

All are folded as `db/words.py` folds: lower case, no accents, cut at apostrophes ("don't" is `don`
and `t`). A word that is missing costs nothing but a case too many.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Whoever says one of these may want something: asks, asks for, or tells of what went wrong.
WANTS = _words(
    # English
    "who whom whose what when where why how which whether can could would should may might will "
    "shall do does did am anyone anybody somebody someone please pls plz help helps assist "
    "assistance support fix fixed solve resolve resolved explain tell need needs needed want "
    "wants wanted wanna require required request asking ask asked wondering wonder confirm "
    "check update call called calling email emailed contact contacted dm dms respond response "
    "reply replied answer answers hear heard wait waiting waited hold not no nor never none "
    "nothing nobody nowhere without t dont doesnt didnt isnt wasnt arent cant cannot couldnt "
    "wont wouldnt havent hasnt aint unable fail fails failed failing failure error errors issue "
    "issues problem problems trouble bug bugs glitch crash crashed crashes crashing broken "
    "broke break breaks stuck freeze frozen freezes slow slower down outage offline dead lost "
    "lose losing missing miss missed mistake wrong incorrect late delay delayed delays overdue "
    "stolen steal stole fraud scam scammed scammer hacked fake damaged torn dirty nasty cold "
    "raw sick ill pain hurt injured rude worst worse bad badly terrible horrible awful "
    "disgusting disgusted pathetic useless ridiculous unacceptable disappointed disappointing "
    "disappointment frustrated frustrating frustration annoyed annoying angry furious upset sad "
    "unhappy hate hated sucks suck sucked shit shitty crap bs wtf tf smh ffs damn garbage trash "
    "joke find add put read repeat transfer show change whats lets name include evil liar lie "
    "lies lied cheat cheated stranded abandoned ignored ignoring refuse "
    "refused refuses denied deny rejected blocked locked banned suspended deactivated disabled "
    "cancel cancelled canceled cancels cancelling cancellation refund refunds refunded charge "
    "charged charges overcharged bill billed billing invoice owe owed owes pay paid payment "
    "payments deposit debit credit subscription subscribe unsubscribe upgrade downgrade order "
    "ordered orders ordering delivery delivered deliver deliveries parcel parcels package "
    "packages shipment shipped shipping tracking courier driver return returned returns "
    "exchange replace replaced replacement warranty claim complaint complain complaining "
    "compensation receipt voucher code coupon account accounts login logged password username "
    "verify verification access pin iban booking booked reservation reserve ticket tickets "
    "luggage baggage bag bags boarding gate flight cancelation seat refundable appointment "
    "technician install installation reset restart reboot uninstall reinstall device screen "
    "battery charger signal internet wifi network connection disconnected router modem outages "
    "compatible available availability stock restock price prices pricing cost costs expensive "
    "difference possible able manager supervisor agent representative rep lawyer court legal "
    "police emergency urgent asap immediately again still yet already since until instead stop "
    "stops stopped trying tried try attempt attempts recommend advice suggest suggestion "
    "suggestions idea feature wish hoping hope expect expected expecting supposed promised "
    "promise should shouldnt misleading confused confusing unclear struggling difficult "
    "impossible nah seriously third "
    # German
    "wer wen wem wessen was wann wo woher wohin warum wieso weshalb wie welche welcher welches "
    "ob kann kannst konnen konnt konnte konnten konntet konnt wurde wurden wurdet soll sollte "
    "muss musste darf bitte hilfe helfen helft hilft unterstutzung brauche brauchen benotige "
    "mochte mochten will wollte frage fragen antwort antworten antwortet melden meldet "
    "ruckmeldung warte warten wartet nicht nix nichts nie niemals niemand kein keine keinen "
    "keiner keinem ohne problem probleme fehler fehlt fehlen fehlermeldung storung kaputt "
    "defekt absturz sturzt hangt geht funktioniert funktionieren klappt ging gestort ausfall "
    "langsam verspatet verspatung spat verloren falsch schlecht schlechter schlimm furchtbar "
    "katastrophe frech unverschamt enttauscht enttauschend argerlich sauer wutend nervt mies "
    "unmoglich betrug gesperrt storniert stornieren kundigen kundigung gekundigt erstattung "
    "erstatten zuruck geld rechnung abgebucht bezahlt zahlung zahlen bestellt bestellung "
    "bestellen lieferung geliefert liefern paket sendung versand umtausch rucksendung garantie "
    "reklamation beschwerde konto anmelden einloggen passwort zugang buchung gebucht ticket "
    "koffer gepack flug zug termin techniker verfugbar preis kosten kostet teuer warum immer "
    "wieder noch seit endlich leider vorschlag wunsche hoffe geandert andern "
    # French
    "qui que quoi quand ou pourquoi comment quel quelle quels quelles combien est-ce peux peut "
    "pouvez pourriez pourrais svp stp aide aidez aider besoin veux voudrais souhaite demande "
    "question reponse repondez repondre attends attend attendre attente pas ne jamais rien "
    "personne aucun aucune sans probleme problemes pb soucis souci erreur panne bug casse "
    "cassee bloque bloquee marche fonctionne retard perdu perdue manque manquant faux mauvais "
    "mauvaise nul nulle honte scandaleux decu decue inadmissible inacceptable arnaque vole "
    "annule annuler annulation rembourser remboursement rembourse argent facture preleve paye "
    "paiement commande commander livraison livre livrer colis expedition retour echange "
    "garantie reclamation compte connexion connecter mdp passe reservation billet bagage vol "
    "train rendez rdv disponible prix cout cher toujours encore depuis enfin suggestion "
    # Spanish
    "quien quienes cuando donde porque como cual cuales cuanto cuanta puedo puede pueden "
    "podrian podria favor porfa ayuda ayudar ayudenme necesito necesita quiero quisiera "
    "pregunta respuesta responder respondan contesten espero esperando esperar nunca nada nadie "
    "ningun ninguna sin problema problemas fallo falla fallando error errores averia roto rota "
    "bloqueado bloqueada funciona sirve tarde retraso perdido perdida falta faltan mal malo "
    "mala peor pesimo pesima horrible verguenza decepcionado decepcionada inaceptable estafa "
    "robo robaron cancelar cancelado cancelacion reembolso devolver devolucion dinero factura "
    "cobro cobraron cobrado pago pague pedido pedir entrega entregado entregar paquete envio "
    "enviado cambio garantia reclamacion queja cuenta acceso contrasena reserva billete maleta "
    "equipaje vuelo tren cita disponible precio cuesta caro todavia aun desde sugerencia ojala "
    # Italian
    "chi cosa dove perche quale quali quanto quanta posso puo possono potete potreste potrebbe "
    "aiuto aiutare aiutatemi bisogno vorrei voglio domanda risposta rispondere rispondete "
    "aspetto aspettando attesa non mai niente nulla nessuno nessuna senza problemi guasto "
    "errore errori rotto rotta bloccato bloccata funziona ritardo perso persa manca mancano "
    "sbagliato male peggio pessimo pessima vergogna deluso delusa inaccettabile truffa rubato "
    "annullare annullato disdire rimborso rimborsare soldi fattura addebito addebitato "
    "pagamento pagato ordine ordinato ordinare consegna consegnato consegnare pacco spedizione "
    "spedito reso cambio garanzia reclamo conto accesso prenotazione biglietto valigia bagaglio "
    "volo treno appuntamento disponibile prezzo costa caro ancora finalmente suggerimento "
)

# A message of nothing but these is thanks, agreement or a farewell.
THANKS = _words(
    "thanks thank thx tnx ty thankyou cheers appreciate appreciated grateful kudos bless solved "
    "worked works sorted perfect ok okay okey kk cool great awesome fantastic excellent "
    "brilliant amazing wonderful lovely nice good wow yay congrats congratulations welcome done "
    "sent bye danke dankeschon dank vielen merci gracias muchas mil grazie mille prima super "
    "toll klasse spitze perfekt genial parfait perfecto perfetto genial gut bon bien bueno bene "
    "bravo ottimo genau alles klar gern gerne erledigt tschuss adios ciao saludos bisous "
)
FILLER = _words(
    "a an the you u ya yall guys team all so very much lot lots many for your ur it its this "
    "that is was are be been with from of to and me us we i ll ve m s re d my our him her them "
    "folks everyone everybody really truly again today tonight now just too oh ah hey hi hello "
    "dear there love service job work stuff one big huge best 4 2 n w quick fast speedy kind "
    "people customer yes yeah yep yup sure right fur die das der den dem euch dir ihnen eure "
    "ihr ihre sehr so ganz schon ja jetzt lieber liebe liebes hallo pour le la les l votre vous "
    "tres beaucoup a toute equipe et oui por los las el su vuestra muy todo todos si y hola "
    "equipo per il lo i gli vostro vi molto tutto tutti e si squadra "
)
# Approval: with nothing asked, and no word of what went wrong, it is praise.
PRAISE = _words(
    "love loved loving loves great awesome fantastic excellent brilliant amazing wonderful "
    "lovely delicious yummy nomnom best perfect favorite favourite favorites impressed thrilled "
    "enjoy enjoying enjoyed blessed fab fabulous incredible outstanding superb stellar "
    "kudos thanks thank thx congrats congratulations grateful proud beautiful gorgeous wow "
    "yay tasty spooktacular thebest exceeded surpassed liebe toll klasse super spitze "
    "perfekt genial lecker begeistert glucklich danke wunderbar grossartig herrlich adore "
    "genial magnifique parfait superbe excellent merci bravo delicieux ravi ravie heureux "
    "encanta encantado encantada genial excelente perfecto maravilloso gracias felicidades "
    "feliz delicioso adoro fantastico meraviglioso perfetto ottimo eccellente grazie "
    "complimenti felice delizioso "
)
SMALL_TALK = _words(
    "lol lmao lmfao rofl haha hahaha hahahaha hehe hihi xd jaja jajaja ahah ahaha mdr ptdr "
    "morning afternoon evening night day weekend week monday tuesday wednesday thursday friday "
    "saturday sunday happy merry birthday christmas easter halloween holidays holiday year new "
    "everyone mood vibes same true facts exactly agreed this yes yep yup nice cute omg yesss "
    "guten morgen abend tag nacht wochenende montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag frohe weihnachten ostern geburtstag schonen schones gluckwunsch bonjour "
    "bonsoir bonne journee soiree nuit joyeux noel anniversaire semaine buenos buenas dias "
    "tardes noches feliz navidad cumpleanos finde semana lunes viernes buongiorno buonasera "
    "buonanotte buon natale compleanno giornata settimana weekend "
)
HELLOS = _words("hi hello hey hallo moin servus salut hola ciao salve")
GREETINGS = HELLOS | _words(
    "morning afternoon evening morgen abend bonjour bonsoir buenos buenas buongiorno buonasera"
)
LAUGHS = _words(
    "lol lmao lmfao rofl haha hahaha hahahaha hehe xd jaja jajaja jajajaja ahah ahaha mdr ptdr "
)
# Somebody speaks of themselves or to us: then a post is no news about us.
PERSONS = _words(
    "i im ive me my mine we us our ours you your u ur yours ich mich mir mein meine meinen "
    "meinem wir uns unser unsere ihr euch euer eure sie ihnen je j moi mon ma mes nous notre "
    "nos vous votre vos tu toi yo mi mis me nos nosotros nuestro nuestra usted ustedes vosotros "
    "te tu io mio mia miei mie noi nostro nostra voi vostro vostra ti tu "
)
# Words of those who sell; two of them, and a way to reach the seller, are a promotion.
PROMOTION = _words(
    "free win winner winners giveaway giveaways prize prizes crypto bitcoin btc eth ethereum "
    "nft nfts airdrop token tokens forex trading trader investment invest investor investors "
    "profit profits earn earning earnings income passive payout cash casino betting bet odds "
    "jackpot loan loans discount promo promocode sale deal deals offer offers cheap cheapest "
    "followers likes viral promote promotion sponsored adult sexy onlyfans nudes dating singles "
    "weightloss keto viagra pills replica outlet dropshipping seo backlinks guaranteed "
    "guarantee limited hurry click clicks join subscribe signup register link bio whatsapp "
    "telegram instagram inbox legit trusted recover recovery hacker hackers ethical unlock "
    "followback followtrain rt retweet gratis gewinnen gewinnspiel gewinn gutschein rabatt "
    "angebot angebote verdienen geld heimarbeit kredit jetzt klicken anmelden kostenlos gratuit "
    "gagner gagnez concours cadeau remise offre gagne argent cliquez inscrivez abonnez gratuita "
    "sorteo premio descuento oferta gana ganar dinero clic inscribete sigueme vinci vincere "
    "concorso premio sconto offerta guadagna guadagnare soldi clicca iscriviti "
)
# Of a tag: what stands in one word may be a complaint.
BAD_TAGS = _words(
    "fail sucks suck worst scam fraud horrible terrible awful never boycott help down broken bad "
    "disappoint unacceptable ripoff poor shame hate refund waiting lost stuck nothing "
    "hilfe kaputt schlecht betrug nie service "
    "honte arnaque nul panne estafa verguenza pesimo vergogna truffa pessimo"
)
