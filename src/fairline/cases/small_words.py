"""Words that carry no matter of their own, in the languages most write to us in. Folded, as in
search. `SMALL_WORDS` are left out when texts are compared; negations stay, for they turn a matter
into its opposite. `PLEA_WORDS` may stand in a sentence that only asks for an answer.
"""

_SMALL = """
a aan aber about after again ai al algo alle alors als also always am an and any are as at au
auch auf aus aussi aux avec avez avoir be because been before bei being ben bij bin bis bitte
bonjour but by c can ce cela ces cet cette chez comme comment como con could cual cuando d da
damit dan danke dann dans das dass dat de dear deja del dem den denn depuis der des desde deze
did die dies diese dieser dit do doch does doing dois donc donde done door du durch each een ein
eine einem einen einer el ella elle ellos else en encore er era es est esta estaba estan este
esto estoy et etait ete etes etre etwas eu euch even ever faire fait few for from fue fur ganz
gern get gets getting go going got graag gracias ha habe haben hace had hallo han has hasta hat
hatte have having hay he heb hebben heeft hello help hem her here het hey hi hier hij him his
hoe hola how i ich if ihnen ihr ihre ik il ils im immer in into is ist it its ive j ja je jetzt
jullie just kan kann kindly know kon konnen konnte kunnen kunt l la las le les let leur like ll
lo los lui m ma maar madam mais make man many mas may maybe me meer mehr mein meine meinem
meinen meiner merci mes met mi mich might mij mijn mir mis mit mochte mochten moi mon more most
much mucho muss muy my naar nach ne need noch nog nos notre nous now nu nun nur o ob oder of off
ok om on one only ont ook op or other ou our out over own par para parce pero peut peux please
plus por porque pour pourquoi pouvez puede puedo qu quand que quel quelle qui quien quiero re
really regards s sa said same say schon se see sehr sein seit ser ses she should si sich sie
since sind sir so sobre soll some son soy still su such suis sur sure sus t tambien te team tell
tengo than thank thanks that the their them then there these they thing this those through tiene
to todo too tot tout tres try trying tu u uber uit um un una und une uno uns unser up us use
using usted ustedes uw va van ve very vom von voor vor vos votre voudrais vous waar waarom
wanneer want wants war waren was wat way we weer wegen weil wel well wenn wer werd werde werden
were what when where which while who why wie wieder wij wil will wir wird wish with wo worden
would wurde y ya yes yet yo you your yours zal ze zich zij zijn zo zou zu zum zur
"""
_PLEA = """
aan ab aber about actually after again ago ai al algo alguna alguno all already altijd am an and
answer answered answering answers antwoord antwort antworten any anybody anyone anything are as
asked asking at attempt attends au aucune auf aun aussi avec avez ayer back be been before bei
bekend ben bereits bericht bis bisher bitte bonjour but by can case ce cela check checking come
como con contacted contestado could cuando da dag dagen das dass day days dazu de del dem den
depuis der des desde deux dias did die dienstag dit do does donnerstag du een ein eine einer
einmal el ella elle email emailed en encore endlich er erinnerung es esperando espero est esta
este et etes etwas euch even ever expect far favor feedback fifth first five fois follow
following for four fourth frage freitag friday from fur fwd geen gehoord gehort gemeldet
geschrieben gestern gestuurd get getting gibt give got gotten graag gracias ha habe haben hace
had hallo han has hasn have haven hay he hear heard heb hebben hello help here herinnering het
heute hoe hola hour hours how hurry ich iemand iets if ignored ignoring ihnen ihre ihrer ik il
im immer in is ist it je jours jullie just kan keer kein keine keinen know kunt la las last late
le les let ll lo long longer los luck ma maar mail mailed mails mais mal man matter me mein
meine meinen meiner melden mensaje merci mes message messaged messages met mi mich mij mijn
minutes mir mis mit mittwoch moi mon monday montag month months more morning much muy my naar
nach nachricht nada ne need neues neuigkeiten never news nicht niet niets nieuws ninguna no
nobody noch nog nos not nothing noticias nous nouvelle nouvelles novedad novedades now nu nun of
om on once one op or our over par para pas people pero please plus por porque pour problem
progress quand que question qui rappel re reactie reaction reaktion really receive received
receiving relance reminder replied replies reply repondre repondu reponse request respond
responded respondido response respuesta ruckmeldung same sans saturday say schon se second seems
sehr seit semaine semaines semana semanas sent service seven si sie sigo sin since sinds six so
sobre some somebody someone soon sorry steeds still su suis sujet sunday support sus tage tagen
take takes taking te ten than thank thanks that the there these thing think third this those
three thursday time times to todavia today tomorrow too toujours tres trois try tuesday twice
two un una und une uns up update updates us usted ustedes uw van vandaag ve vernomen very
veuillez von vor votre vous vraag wacht wachten wait waited waiting wann wanneer want war warte
warten was wat we wednesday week weeks weken were what when where whether which why wie wieder
wij will wir with without woche wochen word would write writing written wrote ya yesterday yet
you your ze zu zum zur
"""
SMALL_WORDS = frozenset(_SMALL.split())
PLEA_WORDS = frozenset(_PLEA.split())
