"""Words that people choose far too often. A password made of one or two of them and some digits is no secret."""

WORDS = frozenset(
    """
    password passwort passw0rd motdepasse contrasena senha parola haslo wachtwoord secret geheim letmein welcome willkommen bienvenue
    admin administrator root superuser sysadmin operator guest user username login logon signin access default changeme change
    test testing tester temp temporary demo example sample qwerty qwertz azerty qwertyuiop qwertzuiop asdf asdfgh asdfghjkl
    zxcvbn zxcvbnm yxcvbnm qazwsx qazwsxedc qweasd qweasdzxc poiuytrewq lkjhgfdsa mnbvcxz abc abcd abcde abcdef abcdefg
    abcdefgh abcdefghij monkey dragon master shadow sunshine princess superman batman spiderman ironman hulk wolverine
    football baseball basketball soccer hockey tennis golf liverpool arsenal chelsea barcelona juventus realmadrid manchester
    yankees cowboys lakers steelers eagles iloveyou lovely loveme trustno trustnoone whatever nothing anything something
    michael jordan jennifer jessica ashley amanda daniel thomas robert charlie andrew matthew joshua anthony william george
    maggie pepper ginger buster bailey tigger summer winter spring autumn january february march april june july august
    september october november december monday tuesday wednesday thursday friday saturday sunday
    computer internet server network security system database backup manager management office company business corporate
    google amazon facebook microsoft apple samsung android iphone windows linux ubuntu debian oracle cisco
    amazonaws aws cloud cloudpioneer pioneer cost costs dashboard finops billing budget money dollar euro bitcoin
    hello hallo bonjour hola goodbye goodmorning thankyou please freedom liberty america england germany france london paris
    berlin newyork california texas chicago boston hunter killer ranger harley mustang corvette ferrari porsche mercedes
    starwars startrek pokemon pikachu naruto minecraft fortnite matrix gandalf frodo merlin phoenix thunder lightning
    silver golden diamond orange purple yellow banana cookie cheese chocolate coffee pizza flower butterfly rainbow unicorn
    correct horse battery staple correcthorse batterystaple nopassword mypassword ourpassword thepassword newpassword
    oldpassword adminpassword rootpassword userpassword passphrase mysecret topsecret supersecret secretkey private
    """.split()  # noqa: SIM905  one word a line would be three hundred lines
)
SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
"""Keys and letters in a row: a run through one of these, forwards or backwards, counts as nothing."""
