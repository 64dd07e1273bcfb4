from femr.page.cards import *

FACES_TEMPLATE = '<div class="femr-stage"><img src="${picture}" alt="">${value}</div>'
